import { AwsError, badRequest } from "../awsProtocol";
import type { BucketWebsite, PolicyDocument, PublicAccessBlock } from "../cloud";
import type { Authorizer } from "../iam/authorization";
import { checkPolicy, isPublic } from "../iam/policyCheck";
import type { ObjectStore } from "./objectStore";

interface Settings {
  encryption: "AES256" | "aws:kms" | null;
  publicAccessBlock: PublicAccessBlock | null;
  website: BucketWebsite | null;
  lifecycle: readonly unknown[] | null;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_NAME = /^(?!xn--|sthree-|\d+(\.\d+){3}$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** S3 has blocked public access on every new bucket since April 2023. */
const BLOCK_ALL: PublicAccessBlock = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/** Buckets and their settings. Settings are kept in memory only: the next start's deployment puts them again. */
export class Buckets {
  readonly #objects: ObjectStore;
  readonly #authorizer: Authorizer;
  readonly #settings = new Map<string, Settings>();

  constructor(objects: ObjectStore, authorizer: Authorizer) {
    this.#objects = objects;
    this.#authorizer = authorizer;
  }

  /** @throws AwsError `InvalidBucketName`. */
  create(bucket: string): void {
    if (!BUCKET_NAME.test(bucket))
      throw badRequest("InvalidBucketName", `The specified bucket is not valid: ${bucket}`);
    this.#objects.createBucket(bucket);
    if (this.#settings.has(bucket)) return;
    this.#settings.set(bucket, {
      encryption: "AES256",
      publicAccessBlock: null,
      website: null,
      lifecycle: null,
    });
    this.putPublicAccessBlock(bucket, BLOCK_ALL);
  }

  delete(bucket: string, force: boolean): void {
    this.#objects.deleteBucket(bucket, force);
    this.#settings.delete(bucket);
    this.#authorizer.setResourcePolicy(arnOf(bucket), null);
    this.#authorizer.setRestrictPublicBuckets(arnOf(bucket), false);
  }

  putVersioning(bucket: string, status: "Enabled" | "Suspended"): void {
    this.#of(bucket);
    this.#objects.setVersioning(bucket, status);
  }

  /** Stored, but without effect. */
  putEncryption(bucket: string, algorithm: Settings["encryption"]): void {
    this.#of(bucket).encryption = algorithm;
  }

  putPublicAccessBlock(bucket: string, configuration: PublicAccessBlock | null): void {
    this.#of(bucket).publicAccessBlock = configuration;
    this.#authorizer.setRestrictPublicBuckets(arnOf(bucket), configuration?.restrictPublicBuckets ?? false);
  }

  putPolicy(bucket: string, policy: PolicyDocument | null): void {
    const settings = this.#of(bucket);
    if (policy) {
      checkPolicy(policy, "resource", `the policy of bucket ${bucket}`);
      if (settings.publicAccessBlock?.blockPublicPolicy && isPublic(policy)) {
        throw new AwsError(
          403,
          "AccessDenied",
          `Public policies are blocked by the BlockPublicPolicy setting of bucket ${bucket}.`,
        );
      }
    }
    this.#authorizer.setResourcePolicy(arnOf(bucket), policy);
  }

  putWebsite(bucket: string, website: BucketWebsite | null): void {
    this.#of(bucket).website = website;
  }

  websiteOf(bucket: string): BucketWebsite | null {
    return this.#settings.get(bucket)?.website ?? null;
  }

  /** Stored, but without effect. */
  putLifecycle(bucket: string, rules: readonly unknown[] | null): void {
    this.#of(bucket).lifecycle = rules;
  }

  /** A bucket's settings; undefined if there is no such bucket. */
  describe(bucket: string) {
    const settings = this.#settings.get(bucket);
    return settings && { ...settings, versioning: this.#objects.versioningOf(bucket) };
  }

  names(): string[] {
    return this.#objects.buckets().map(({ name }) => name);
  }

  /** @throws AwsError `NoSuchBucket`. */
  require(bucket: string): void {
    this.#of(bucket);
  }

  #of(bucket: string): Settings {
    const settings = this.#settings.get(bucket);
    if (!settings) throw new AwsError(404, "NoSuchBucket", `The specified bucket does not exist: ${bucket}`);
    return settings;
  }
}

function arnOf(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}
