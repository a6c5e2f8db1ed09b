import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Context, PipelineComponent } from "./pipelineComponent";
import type { Settings } from "./settings";

/** The two buckets: versioned, encrypted, owned by the account, closed to the public unless published. */
export class Storage extends PipelineComponent {
  /** What readers may see: `raw/`, `reports/` and the page. */
  readonly data: aws.s3.Bucket;
  /** What only the pipeline may see: manifests, snapshots and refused rows. */
  readonly state: aws.s3.Bucket;
  /** Blocks public policies on the data bucket unless it is published. A public policy must depend on it. */
  readonly dataPublicAccess: aws.s3.BucketPublicAccessBlock;

  constructor(context: Context) {
    super("Storage", "storage", context);
    const { settings } = context;
    const data = createBucket("data", settings, { public: settings.publish }, this.child);
    const state = createBucket("state", settings, { public: false }, this.child);
    this.data = data.bucket;
    this.dataPublicAccess = data.publicAccess;
    this.state = state.bucket;
    this.registerOutputs();
  }
}

function createBucket(
  name: string,
  settings: Settings,
  access: { public: boolean },
  options: pulumi.CustomResourceOptions,
) {
  const bucket = new aws.s3.Bucket(
    name,
    { forceDestroy: !settings.protectData },
    { ...options, protect: settings.protectData },
  );
  // Children inherit their parent's protection, but these may be changed and removed.
  const child = { parent: bucket, protect: false };
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
      blockPublicPolicy: !access.public,
      restrictPublicBuckets: !access.public,
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
    // S3 rejects rules about noncurrent versions until the bucket is versioned.
    { ...child, dependsOn: versioning },
  );
  return { bucket, publicAccess };
}
