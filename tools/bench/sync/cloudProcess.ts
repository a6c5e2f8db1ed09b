import { type Cloud, CloudError, type Credentials } from "@data-quest/local-aws/cloud";
import { startCloud } from "@data-quest/local-aws/startCloud";
import { serve } from "../shared/helperProcess";

/** How an S3 is reached; the same for all subjects. */
export interface S3Access {
  endpoint: string;
  region: string;
  credentials: Credentials;
}

let cloud: Cloud | undefined;
let counts: Record<string, number> = {};

/** What {@link HelperProcess} can ask of this file's process. */
const methods = {
  async start(): Promise<S3Access> {
    cloud = await startCloud();
    cloud.events.on("request", ({ operation, status }) => {
      const kind = status < 400 ? operation : `${operation} (${status})`;
      counts[kind] = (counts[kind] ?? 0) + 1;
    });
    const { endpoint, region, operator } = cloud;
    return { endpoint, region, credentials: operator };
  },

  /** A versioned bucket, as the pipeline's are. */
  async createBucket(bucket: string): Promise<void> {
    await running().createBucket(bucket);
    await running().putBucketVersioning(bucket, "Enabled");
  },

  async deleteBucket(bucket: string): Promise<void> {
    await running().deleteBucket(bucket, { force: true });
  },

  /** S3 requests since the last call, by operation; those that were refused with their status. */
  async takeCounts(): Promise<Record<string, number>> {
    const taken = counts;
    counts = {};
    return taken;
  },
};

export type CloudMethods = typeof methods;

function running(): Cloud {
  if (cloud === undefined) throw new CloudError("The benchmark's cloud was not started.");
  return cloud;
}

serve(methods);
