import * as aws from "@pulumi/aws";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { Settings } from "./settings";

/** The two buckets: what readers may see, and what only the pipeline sees. */
export interface Storage {
  /** `raw/`, `reports/` and the page. */
  data: aws.s3.Bucket;
  /** Manifests, snapshots and refused rows. */
  state: aws.s3.Bucket;
  /** Lifts the data bucket's block on public policies as far as publishing asks for; a policy has to wait for it. */
  dataPublicAccess: aws.s3.BucketPublicAccessBlock;
}

/** Declares the buckets: versioned, encrypted, owned by the account, closed to the public unless published. */
export function createStorage(settings: Settings, options: CustomResourceOptions): Storage {
  const data = createBucket("data", settings, settings.publish, options);
  const state = createBucket("state", settings, false, options);
  return { data: data.bucket, state: state.bucket, dataPublicAccess: data.publicAccess };
}

/** Options for what belongs to a bucket: a child of it that, unlike the bucket, may be changed and removed. */
export function childOf(bucket: aws.s3.Bucket, options: CustomResourceOptions): CustomResourceOptions {
  // Pulumi hands a parent's protection down.
  return { ...options, parent: bucket, protect: false };
}

function createBucket(
  name: string,
  settings: Settings,
  publicPolicy: boolean,
  options: CustomResourceOptions,
) {
  const bucket = new aws.s3.Bucket(
    name,
    { forceDestroy: !settings.protectData },
    { ...options, protect: settings.protectData },
  );
  const child = childOf(bucket, options);
  const versioning = new aws.s3.BucketVersioning(
    name,
    { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
    child,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    { bucket: bucket.bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    child,
  );
  new aws.s3.BucketOwnershipControls(
    name,
    { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    child,
  );
  const publicAccess = new aws.s3.BucketPublicAccessBlock(
    name,
    {
      bucket: bucket.bucket,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: !publicPolicy,
      restrictPublicBuckets: !publicPolicy,
    },
    child,
  );
  new aws.s3.BucketLifecycleConfiguration(
    name,
    {
      bucket: bucket.bucket,
      rules: [
        {
          id: "expire-earlier-versions",
          status: "Enabled",
          filter: {},
          noncurrentVersionExpiration: { noncurrentDays: settings.noncurrentVersionDays },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    },
    // S3 refuses a rule about noncurrent versions on a bucket whose versioning is not there yet.
    { ...child, dependsOn: versioning },
  );
  return { bucket, publicAccess };
}
