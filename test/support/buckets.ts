import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Cloud, CloudEvents } from "@data-quest/local-aws/cloud";
import { startCloud } from "@data-quest/local-aws/startCloud";
import { Bucket } from "../../functions/shared/bucket";

/** A request that the cloud answered. */
type S3Request = CloudEvents["request"][0];

/** A local cloud that has only the pipeline's two buckets, both versioned. */
export interface TestBuckets {
  cloud: Cloud;
  s3: S3Client;
  dataBucket: string;
  stateBucket: string;
  /** Both buckets, as the functions see them. */
  data: Bucket;
  state: Bucket;
  /** An object of the data bucket, as text. */
  read(key: string): Promise<string>;
  readJson<T>(key: string): Promise<T>;
  put(key: string, body: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** Keys of the data bucket, sorted. */
  keys(prefix?: string): Promise<string[]>;
  /** The S3 requests that were answered during `work`. */
  requestsDuring(work: () => Promise<unknown>): Promise<S3Request[]>;
  /** Ends the client and the cloud. */
  close(): Promise<void>;
}

/** Starts a cloud with empty buckets; the caller closes them. */
export async function startTestBuckets(): Promise<TestBuckets> {
  const cloud = await startCloud();
  const buckets = openBuckets(cloud, "data", "state");
  for (const bucket of ["data", "state"]) {
    await cloud.createBucket(bucket);
    await cloud.putBucketVersioning(bucket, "Enabled");
  }
  return buckets;
}

/** Wraps existing buckets in the same way. */
export function openBuckets(cloud: Cloud, dataBucket: string, stateBucket: string): TestBuckets {
  const s3 = new S3Client({
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.operator,
    forcePathStyle: true,
  });
  const read = async (key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: dataBucket, Key: key }));
    return (await Body?.transformToString()) ?? "";
  };
  return {
    cloud,
    s3,
    dataBucket,
    stateBucket,
    data: new Bucket(s3, dataBucket),
    state: new Bucket(s3, stateBucket),
    read,
    readJson: async <T>(key: string) => JSON.parse(await read(key)) as T,
    async put(key, body) {
      await s3.send(new PutObjectCommand({ Bucket: dataBucket, Key: key, Body: body }));
    },
    async remove(key) {
      await s3.send(new DeleteObjectCommand({ Bucket: dataBucket, Key: key }));
    },
    async keys(prefix = "") {
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: dataBucket, Prefix: prefix }),
      );
      return Contents.map(({ Key = "" }) => Key).sort();
    },
    async requestsDuring(work) {
      const requests: S3Request[] = [];
      const record = (request: S3Request) => requests.push(request);
      cloud.events.on("request", record);
      try {
        await work();
      } finally {
        cloud.events.off("request", record);
      }
      return requests;
    },
    async close() {
      s3.destroy();
      await cloud.close();
    },
  };
}
