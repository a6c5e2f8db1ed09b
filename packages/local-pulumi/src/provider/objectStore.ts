import {
  DeleteObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Cloud } from "@data-quest/local-aws/cloud";

/** Stores the objects that the program itself declares (the page's files). */
export interface ObjectStore {
  put(object: PutObjectCommandInput & { Body: Buffer }): Promise<{ versionId?: string }>;
  delete(bucket: string, key: string): Promise<void>;
}

/** S3 at the cloud's endpoint, as its operator. */
export function s3ObjectStore(cloud: Cloud): ObjectStore {
  const client = new S3Client({
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.operator,
    forcePathStyle: true,
  });
  return {
    async put(object) {
      const { VersionId } = await client.send(new PutObjectCommand(object));
      return VersionId === undefined ? {} : { versionId: VersionId };
    },
    async delete(bucket, key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}
