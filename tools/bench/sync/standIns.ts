import path from "node:path";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { HelperProcess } from "../shared/helperProcess";
import type { CloudMethods, S3Access } from "./cloudProcess";
import type { BenchFile } from "./files";
import type { UpstreamCounts, UpstreamMethods } from "./upstreamProcess";

/** Local BLS and S3 for all subjects, each in a separate process. */
export interface StandIns {
  /** Address of the folder that holds the surveys' folders. */
  blsUrl: string;
  s3: S3Access;
  createBucket(bucket: string): Promise<void>;
  deleteBucket(bucket: string): Promise<void>;
  /** Requests to both since the last call. */
  takeCounts(): Promise<Counts>;
  /** @throws Error with the name of the file if the objects below the prefix differ from upstream in name or size. */
  checkMirror(bucket: string, prefix: string): Promise<void>;
  stop(): Promise<void>;
}

export interface Counts {
  upstream: UpstreamCounts;
  /** S3 requests by operation. */
  s3: Record<string, number>;
}

/** Starts both; upstream serves the given files. */
export async function startStandIns(files: readonly BenchFile[]): Promise<StandIns> {
  const upstream = new HelperProcess<UpstreamMethods>(path.join(__dirname, "upstreamProcess.ts"));
  const cloud = new HelperProcess<CloudMethods>(path.join(__dirname, "cloudProcess.ts"));
  const [blsUrl, s3] = await Promise.all([upstream.call("start", files), cloud.call("start")]);
  return {
    blsUrl,
    s3,
    createBucket: (bucket) => cloud.call("createBucket", bucket),
    deleteBucket: (bucket) => cloud.call("deleteBucket", bucket),
    takeCounts: async () => ({
      upstream: await upstream.call("takeCounts"),
      s3: await cloud.call("takeCounts"),
    }),
    checkMirror: (bucket, prefix) => checkMirror(s3, bucket, prefix, files),
    stop: async () => {
      await Promise.all([upstream.stop(), cloud.stop()]);
    },
  };
}

async function checkMirror(
  { endpoint, region, credentials }: S3Access,
  bucket: string,
  prefix: string,
  files: readonly BenchFile[],
): Promise<void> {
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  try {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    const mirrored = new Map(Contents.map(({ Key = "", Size }) => [Key.slice(prefix.length), Size]));
    const wrong = files.find(({ name, size }) => mirrored.get(name) !== size)?.name;
    if (wrong !== undefined || mirrored.size !== files.length) {
      throw new Error(
        `s3://${bucket}/${prefix} is not a copy of upstream (${wrong ?? "it has too many files"}), so its time means nothing.`,
      );
    }
  } finally {
    s3.destroy();
  }
}
