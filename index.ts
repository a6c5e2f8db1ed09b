import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { REPORT_KEY } from "./functions/shared/keys";
import { createAnalysis } from "./infra/analysis";
import { createIngest } from "./infra/ingest";
import { createNotifications } from "./infra/notifications";
import { createOperations } from "./infra/operations";
import { loadSettings } from "./infra/settings";
import { createSite } from "./infra/site";
import { createStorage } from "./infra/storage";

const settings = loadSettings();

// Every resource is made by this provider, so that every resource carries these tags. Which account it speaks to is
// the stack's AWS configuration, as for Pulumi's default provider.
const { profile, allowedAccountIds, forbiddenAccountIds, assumeRoles } = aws.config;
const provider = new aws.Provider("aws", {
  region: settings.region as aws.Region,
  ...(profile !== undefined && { profile }),
  ...(allowedAccountIds !== undefined && { allowedAccountIds }),
  ...(forbiddenAccountIds !== undefined && { forbiddenAccountIds }),
  ...(assumeRoles !== undefined && { assumeRoles }),
  defaultTags: { tags: { project: settings.project, stack: settings.stack, "managed-by": "pulumi" } },
});
const options = { provider };

const storage = createStorage(settings, options);
const ingest = createIngest(settings, storage, options);
const notifications = createNotifications(settings, storage, options);
const analysis = createAnalysis(settings, storage, notifications, options);
const site = createSite(settings, storage, options);
createOperations(settings, storage, { ...ingest, ...analysis }, notifications, options);

/** Bucket with `raw/`, `reports/` and the page. */
export const dataBucket = storage.data.bucket;
/** Bucket with what only the pipeline sees. */
export const stateBucket = storage.state.bucket;
export const queueUrl = notifications.queue.url;
export const deadLetterQueueUrl = notifications.deadLetters.url;
/** Where readers open the page. */
export const websiteUrl = site?.url ?? "not published";
/** The report object. */
export const reportUri = pulumi.interpolate`s3://${storage.data.bucket}/${REPORT_KEY}`;
/** To run a fetch without waiting for the schedule: `aws lambda invoke --function-name …`. */
export const syncDatasetFunction = ingest.syncDataset.function.name;
export const fetchPopulationFunction = ingest.fetchPopulation.function.name;
