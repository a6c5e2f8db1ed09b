import { createHash } from "node:crypto";
import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { readAsset } from "./assets";
import { ignored, optional, tags } from "./inputs";
import { ProviderError, type ResourceType, resourceType } from "./resourceType";

const object = resourceType({
  inputs: z.strictObject({
    bucket: z.string(),
    key: z.string(),
    // Inputs from a state have only the asset's digest.
    source: z
      .union([z.custom<pulumi.asset.Asset>(pulumi.asset.Asset.isInstance), z.object({ asset: z.unknown() })])
      .optional(),
    content: z.string().optional(),
    contentType: z.string().optional(),
    cacheControl: z.string().optional(),
    contentDisposition: z.string().optional(),
    contentEncoding: z.string().optional(),
    contentLanguage: z.string().optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    sourceHash: ignored("it only triggers updates; here the content's own hash does"),
    etag: ignored("it only triggers updates; here the content's own hash does"),
    tags,
  }),
  replaceOn: ["bucket", "key"],
  async put({ bucket, key, source, content, ...headers }, { objects }) {
    if (content === undefined && !pulumi.asset.Asset.isInstance(source)) {
      throw new ProviderError(
        `The object s3://${bucket}/${key} has no content: give it 'source' or 'content'.`,
      );
    }
    const Body = pulumi.asset.Asset.isInstance(source) ? await readAsset(source) : Buffer.from(content ?? "");
    const request: PutObjectCommandInput & { Body: Buffer } = {
      Bucket: bucket,
      Key: key,
      Body,
      ...optional("ContentType", headers.contentType),
      ...optional("CacheControl", headers.cacheControl),
      ...optional("ContentDisposition", headers.contentDisposition),
      ...optional("ContentEncoding", headers.contentEncoding),
      ...optional("ContentLanguage", headers.contentLanguage),
      ...optional("Metadata", headers.metadata),
    };
    const stored = await objects.put(request);
    return {
      id: `${bucket}/${key}`,
      outputs: {
        arn: `arn:aws:s3:::${bucket}/${key}`,
        etag: createHash("md5").update(Body).digest("hex"),
        ...stored,
      },
    };
  },
  delete: ({ inputs }, { objects }) => objects.delete(inputs.bucket, inputs.key),
});

/** Objects that the program itself declares: the page's files. */
export const s3ObjectTypes: Record<string, ResourceType> = {
  "aws:s3/bucketObject:BucketObject": object,
  "aws:s3/bucketObjectv2:BucketObjectv2": object,
};
