import * as aws from "@pulumi/aws";
import { version } from "@pulumi/awsx/package.json";
import * as pulumi from "@pulumi/pulumi";
import { main, type Provider } from "@pulumi/pulumi/provider";

/** The arguments of the only `awsx` component that the program uses. */
type TrailArgs = Omit<aws.cloudtrail.TrailArgs, "s3BucketName"> & { s3Bucket?: { args?: aws.s3.BucketArgs } };

const TRAIL = "awsx:cloudtrail:Trail";

/**
 * Stands in for Pulumi's `awsx` provider: declares a component's children, which the engine then creates with the AWS
 * provider. Run as a program, this file serves it to the engine and prints the port. It needs its own process, because
 * `main` serves one provider per process.
 */
const awsx: Provider = {
  version,
  async construct(name, type, inputs, options) {
    if (type !== TRAIL) {
      throw new pulumi.RunError(
        `The local awsx provider does not support ${type} '${name}': add it to packages/local-pulumi/src/engine/awsxProvider.ts.`,
      );
    }
    const trail = new Trail(name, inputs as unknown as TrailArgs, options);
    return { urn: trail.urn, state: { bucket: trail.bucket, trail: trail.trail } };
  },
};

/** A trail and its bucket, as `awsx` declares them: the bucket, a policy that lets CloudTrail write, the trail. */
class Trail extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  readonly trail: aws.cloudtrail.Trail;

  constructor(name: string, { s3Bucket, ...args }: TrailArgs, options: pulumi.ComponentResourceOptions) {
    super(TRAIL, name, {}, options);
    const child = { parent: this };
    this.bucket = new aws.s3.Bucket(name, s3Bucket?.args, child);
    const policy = new aws.s3.BucketPolicy(
      name,
      { bucket: this.bucket.id, policy: this.bucket.arn.apply(writableByCloudTrail) },
      { ...child, dependsOn: this.bucket },
    );
    this.trail = new aws.cloudtrail.Trail(
      name,
      { ...args, s3BucketName: this.bucket.id },
      { ...child, dependsOn: policy },
    );
    this.registerOutputs();
  }
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
function writableByCloudTrail(bucketArn: string): string {
  const Principal = { Service: "cloudtrail.amazonaws.com" };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal, Action: "s3:GetBucketAcl", Resource: bucketArn },
      {
        Effect: "Allow",
        Principal,
        Action: "s3:PutObject",
        Resource: `${bucketArn}/*`,
        Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } },
      },
    ],
  });
}

if (require.main === module) void main(awsx, process.argv.slice(2));
