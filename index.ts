import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { REPORT_KEY } from "./functions/shared/keys";
import { Analysis } from "./infra/analysis";
import { Ingest } from "./infra/ingest";
import { Notifications } from "./infra/notifications";
import { Operations } from "./infra/operations";
import { loadSettings } from "./infra/settings";
import { Site } from "./infra/site";
import { Storage } from "./infra/storage";

const settings = loadSettings();

// All resources use this provider and so get its tags. The account comes from the stack's AWS configuration, as with
// Pulumi's default provider.
const { profile, allowedAccountIds, forbiddenAccountIds, assumeRoles } = aws.config;
const provider = new aws.Provider("aws", {
  region: settings.region as aws.Region,
  ...(profile !== undefined && { profile }),
  ...(allowedAccountIds !== undefined && { allowedAccountIds }),
  ...(forbiddenAccountIds !== undefined && { forbiddenAccountIds }),
  ...(assumeRoles !== undefined && { assumeRoles }),
  defaultTags: { tags: { project: settings.project, stack: settings.stack, "managed-by": "pulumi" } },
});
const context = { settings, provider };

const storage = new Storage(context);
const ingest = new Ingest(context, { storage });
const notifications = new Notifications(context, { storage });
const analysis = new Analysis(context, { storage, notifications });
const site = settings.publish ? new Site(context, { storage }) : undefined;
new Operations(context, { storage, ingest, notifications, analysis });

/** Bucket with `raw/`, `reports/` and the page. */
export const dataBucket = storage.data.bucket;
/** Bucket that only the pipeline can read. */
export const stateBucket = storage.state.bucket;
export const queueUrl = notifications.queue.url;
export const deadLetterQueueUrl = notifications.deadLetters.url;
/** Address of the page. */
export const websiteUrl = site?.url ?? "not published";
/** The report object. */
export const reportUri = pulumi.interpolate`s3://${storage.data.bucket}/${REPORT_KEY}`;
/** To fetch without waiting for the schedule: `aws lambda invoke --function-name …`. */
export const syncDatasetFunction = ingest.syncDataset.function.name;
export const fetchPopulationFunction = ingest.fetchPopulation.function.name;
