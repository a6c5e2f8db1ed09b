import { ACCOUNT_ID, AwsError, type AwsResponse, element, xmlResponse } from "../awsProtocol";
import type { Authorizer } from "../iam/authorization";
import type { Principal } from "../iam/identity";
import { deleteObject, deleteObjects } from "./deletion";
import { listObjects, listObjectsV2, listObjectVersions } from "./listing";
import { MultipartUploads } from "./multipart";
import { copyObject, getObject, putObject, type S3Context } from "./objects";
import type { S3Call, S3Operation } from "./operations";
import { neededFor, onObject } from "./permissions";

/** S3's data plane: authorizes and executes requests. */
export class S3Service {
  readonly #context: S3Context;
  readonly #authorizer: Authorizer;
  readonly #region: string;
  readonly #uploads: MultipartUploads;

  constructor(context: S3Context, authorizer: Authorizer, region: string) {
    this.#context = context;
    this.#authorizer = authorizer;
    this.#region = region;
    this.#uploads = new MultipartUploads(context);
  }

  /** @throws AwsError as on S3. */
  async handle(call: S3Call, principal: Principal): Promise<AwsResponse> {
    const owner = call.request.headers["x-amz-expected-bucket-owner"];
    if (owner !== undefined && owner !== ACCOUNT_ID) throw new AwsError(403, "AccessDenied", "Access Denied");
    for (const { action, resource, context } of neededFor(call)) {
      await this.#authorizer.require(principal, action, resource, context);
    }
    try {
      return await this.#run(call, principal);
    } catch (error) {
      throw await this.#hideMissing(error, call.bucket, principal);
    }
  }

  #run(call: S3Call, principal: Principal): AwsResponse | Promise<AwsResponse> {
    const s3 = this.#context;
    const operations: Record<S3Operation, () => AwsResponse | Promise<AwsResponse>> = {
      ListBuckets: () => this.#listBuckets(),
      HeadBucket: () => {
        s3.objects.versioningOf(call.bucket);
        return { status: 200, headers: { "x-amz-bucket-region": this.#region } };
      },
      ListObjectVersions: () => listObjectVersions(s3, call),
      ListObjectsV2: () => listObjectsV2(s3, call),
      ListObjects: () => listObjects(s3, call),
      GetObject: () => getObject(s3, call),
      HeadObject: () => getObject(s3, call),
      PutObject: () => putObject(s3, call),
      CopyObject: () => copyObject(s3, call),
      DeleteObject: () => deleteObject(s3, call),
      DeleteObjects: () =>
        deleteObjects(s3, call, (key, versionId) => {
          const need = onObject("DeleteObject", `arn:aws:s3:::${call.bucket}/${key}`, versionId ?? null);
          return this.#authorizer.isAllowed(principal, need.action, need.resource, need.context);
        }),
      CreateMultipartUpload: () => this.#uploads.create(call),
      UploadPart: () => this.#uploads.uploadPart(call),
      CompleteMultipartUpload: () => this.#uploads.complete(call),
      AbortMultipartUpload: () => this.#uploads.abort(call),
    };
    return operations[call.operation]();
  }

  /** A caller without permission to list the bucket must not learn whether an object exists. */
  async #hideMissing(error: unknown, bucket: string, principal: Principal): Promise<unknown> {
    if (!(error instanceof AwsError) || error.code !== "NoSuchKey") return error;
    if (await this.#authorizer.isAllowed(principal, "s3:ListBucket", `arn:aws:s3:::${bucket}`)) return error;
    const denied = `User: ${principal.arn} is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::${bucket}", so it is not told whether the key exists`;
    return new AwsError(403, "AccessDenied", denied);
  }

  #listBuckets(): AwsResponse {
    const buckets = this.#context.objects
      .buckets()
      .map(
        ({ name, created }) =>
          `<Bucket>${element("Name", name)}${element("CreationDate", created.toISOString())}</Bucket>`,
      );
    const owner = `<Owner>${element("ID", ACCOUNT_ID)}</Owner>`;
    return xmlResponse(
      `<ListAllMyBucketsResult>${owner}<Buckets>${buckets.join("")}</Buckets></ListAllMyBucketsResult>`,
    );
  }
}
