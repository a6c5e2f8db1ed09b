import { type Cloud, CloudError, type Credentials } from "@data-quest/local-aws/cloud";
import { startCloud } from "@data-quest/local-aws/startCloud";
import { serve } from "../shared/helperProcess";

/** Access to S3, the same for all subjects. */
export interface S3Access {
  endpoint: string;
  region: string;
  credentials: Credentials;
}

let cloud: Cloud | undefined;
let counts: Record<string, number> = {};

/** The methods that {@link HelperProcess} can call. */
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

  /** Creates a versioned bucket, like the pipeline's. */
  async createBucket(bucket: string): Promise<void> {
    await running().createBucket(bucket);
    await running().putBucketVersioning(bucket, "Enabled");
  },

  async deleteBucket(bucket: string): Promise<void> {
    await running().deleteBucket(bucket, { force: true });
  },

  /** S3 requests since the last call, by operation; refused ones are listed with their status. */
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
