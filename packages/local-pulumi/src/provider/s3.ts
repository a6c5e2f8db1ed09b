import type { Cloud, PublicAccessBlock } from "@data-quest/local-aws/cloud";
import type { BucketState } from "@data-quest/local-aws/cloudState";
import * as z from "zod";
import { ignored, optional, policyDocument, policyInput, tags, unlessDefault } from "./inputs";
import { type ResourceType, resourceType } from "./resourceType";

/** Buckets and their configurations; the id of each configuration is the bucket's name. */
export const s3Types: Record<string, ResourceType> = {
  "aws:s3/bucket:Bucket": resourceType({
    inputs: z.strictObject({
      bucket: z.string(),
      forceDestroy: z.boolean().optional(),
      tags,
    }),
    physicalName: { property: "bucket", lowerCase: true },
    replaceOn: ["bucket"],
    async put({ bucket }, { cloud }) {
      await cloud.createBucket(bucket);
      const { region } = cloud;
      return {
        id: bucket,
        outputs: {
          arn: `arn:aws:s3:::${bucket}`,
          bucketDomainName: `${bucket}.s3.amazonaws.com`,
          bucketRegion: region,
          bucketRegionalDomainName: `${bucket}.s3.${region}.amazonaws.com`,
          region,
        },
      };
    },
    delete: ({ inputs }, { cloud }) =>
      cloud.deleteBucket(inputs.bucket, { force: inputs.forceDestroy ?? false }),
    read: async ({ id }, { cloud }) => (await cloud.getBucket(id)) && {},
  }),

  "aws:s3/bucketVersioning:BucketVersioning": resourceType({
    inputs: z.strictObject({
      bucket: z.string(),
      versioningConfiguration: z.strictObject({ status: z.enum(["Enabled", "Suspended"]) }),
    }),
    replaceOn: ["bucket"],
    async put({ bucket, versioningConfiguration }, { cloud }) {
      await cloud.putBucketVersioning(bucket, versioningConfiguration.status);
      return { id: bucket };
    },
    // S3 cannot turn versioning off again, only suspend it.
    delete: ({ inputs }, { cloud }) => cloud.putBucketVersioning(inputs.bucket, "Suspended"),
    read: (existing, { cloud }) =>
      setting(cloud, existing, "versioning", (status) => ({ versioningConfiguration: { status } })),
  }),

  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": resourceType({
    inputs: z.strictObject({
      bucket: z.string(),
      rules: z.tuple([
        z.strictObject({
          applyServerSideEncryptionByDefault: z.strictObject({ sseAlgorithm: z.enum(["AES256", "aws:kms"]) }),
          bucketKeyEnabled: ignored("it saves calls to KMS, which the local cloud does not have"),
        }),
      ]),
    }),
    replaceOn: ["bucket"],
    async put({ bucket, rules: [rule] }, { cloud }) {
      await cloud.putBucketEncryption(bucket, rule.applyServerSideEncryptionByDefault.sseAlgorithm);
      return { id: bucket };
    },
    delete: ({ inputs }, { cloud }) => cloud.putBucketEncryption(inputs.bucket, null),
    read: (existing, { cloud }) =>
      setting(cloud, existing, "encryption", (sseAlgorithm) => {
        const [rule] = existing.inputs.rules;
        const rules: [typeof rule] = [{ ...rule, applyServerSideEncryptionByDefault: { sseAlgorithm } }];
        return { rules };
      }),
  }),

  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": resourceType({
    inputs: z.strictObject({
      bucket: z.string(),
      blockPublicAcls: z.boolean().optional(),
      blockPublicPolicy: z.boolean().optional(),
      ignorePublicAcls: z.boolean().optional(),
      restrictPublicBuckets: z.boolean().optional(),
    }),
    replaceOn: ["bucket"],
    async put({ bucket, ...settings }, { cloud }) {
      const configuration: PublicAccessBlock = {
        blockPublicAcls: settings.blockPublicAcls ?? false,
        blockPublicPolicy: settings.blockPublicPolicy ?? false,
        ignorePublicAcls: settings.ignorePublicAcls ?? false,
        restrictPublicBuckets: settings.restrictPublicBuckets ?? false,
      };
      await cloud.putPublicAccessBlock(bucket, configuration);
      return { id: bucket, outputs: { ...configuration } };
    },
    delete: ({ inputs }, { cloud }) => cloud.putPublicAccessBlock(inputs.bucket, null),
    read: (existing, { cloud }) => {
      const { inputs } = existing;
      return setting(cloud, existing, "publicAccessBlock", (actual) => ({
        blockPublicAcls: unlessDefault(inputs.blockPublicAcls, actual.blockPublicAcls, false),
        blockPublicPolicy: unlessDefault(inputs.blockPublicPolicy, actual.blockPublicPolicy, false),
        ignorePublicAcls: unlessDefault(inputs.ignorePublicAcls, actual.ignorePublicAcls, false),
        restrictPublicBuckets: unlessDefault(
          inputs.restrictPublicBuckets,
          actual.restrictPublicBuckets,
          false,
        ),
      }));
    },
  }),

  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": resourceType({
    // The cloud has no ACLs, which is what this value means.
    inputs: z.strictObject({
      bucket: z.string(),
      rule: z.strictObject({ objectOwnership: z.literal("BucketOwnerEnforced") }),
    }),
    replaceOn: ["bucket"],
    put: async ({ bucket }) => ({ id: bucket }),
    delete: async () => {},
  }),

  "aws:s3/bucketPolicy:BucketPolicy": resourceType({
    inputs: z.strictObject({ bucket: z.string(), policy: policyDocument }),
    replaceOn: ["bucket"],
    async put({ bucket, policy }, { cloud }) {
      await cloud.putBucketPolicy(bucket, policy);
      return { id: bucket };
    },
    delete: ({ inputs }, { cloud }) => cloud.putBucketPolicy(inputs.bucket, null),
    read: (existing, { cloud }) =>
      setting(cloud, existing, "policy", (policy) => ({ policy: policyInput(policy) })),
  }),

  "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration": resourceType({
    inputs: z.strictObject({
      bucket: z.string(),
      indexDocument: z.strictObject({ suffix: z.string() }),
      errorDocument: z.strictObject({ key: z.string() }).optional(),
    }),
    replaceOn: ["bucket"],
    async put({ bucket, indexDocument, errorDocument }, { cloud }) {
      await cloud.putBucketWebsite(bucket, {
        indexDocument: indexDocument.suffix,
        ...optional("errorDocument", errorDocument?.key),
      });
      // Both are host names as on AWS: the program prepends http://.
      const { host } = new URL(cloud.websiteEndpoint(bucket));
      return { id: bucket, outputs: { websiteEndpoint: host, websiteDomain: host } };
    },
    delete: ({ inputs }, { cloud }) => cloud.putBucketWebsite(inputs.bucket, null),
    read: (existing, { cloud }) =>
      setting(cloud, existing, "website", ({ indexDocument, errorDocument }) => ({
        indexDocument: { suffix: indexDocument },
        errorDocument: errorDocument === undefined ? undefined : { key: errorDocument },
      })),
  }),

  "aws:s3/bucketNotification:BucketNotification": resourceType({
    inputs: z.strictObject({
      bucket: z.string(),
      queues: z
        .array(
          z.strictObject({
            id: z.string().optional(),
            queueArn: z.string(),
            events: z.array(z.string()),
            filterPrefix: z.string().optional(),
            filterSuffix: z.string().optional(),
          }),
        )
        .optional(),
    }),
    replaceOn: ["bucket"],
    async put({ bucket, queues = [] }, { cloud }) {
      await cloud.putBucketNotification(
        bucket,
        queues.map(({ queueArn, events, ...rest }) => ({
          queueArn,
          events,
          ...optional("id", rest.id),
          ...optional("filterPrefix", rest.filterPrefix),
          ...optional("filterSuffix", rest.filterSuffix),
        })),
      );
      return { id: bucket };
    },
    delete: ({ inputs }, { cloud }) => cloud.putBucketNotification(inputs.bucket, []),
    read: (existing, { cloud }) =>
      setting(cloud, existing, "notifications", (queues) =>
        queues.length === 0
          ? undefined
          : { queues: queues.map((queue) => ({ ...queue, events: [...queue.events] })) },
      ),
  }),

  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": resourceType({
    inputs: z.strictObject({ bucket: z.string(), rules: z.array(z.looseObject({ id: z.string() })) }),
    replaceOn: ["bucket"],
    async put({ bucket, rules }, { cloud }) {
      await cloud.putBucketLifecycle(bucket, rules);
      return { id: bucket };
    },
    delete: ({ inputs }, { cloud }) => cloud.putBucketLifecycle(inputs.bucket, null),
    read: (existing, { cloud }) =>
      setting(cloud, existing, "lifecycle", (rules) => ({ rules: rules as { id: string }[] })),
  }),
};

/** One of a bucket's settings as inputs; `undefined` if the setting or the bucket does not exist. */
async function setting<Key extends keyof BucketState, Inputs>(
  cloud: Cloud,
  { inputs }: { inputs: { bucket: string } },
  key: Key,
  toInputs: (value: NonNullable<BucketState[Key]>) => Inputs,
): Promise<Inputs | undefined> {
  const value = (await cloud.getBucket(inputs.bucket))?.[key];
  return value === undefined || value === null ? undefined : toInputs(value);
}
