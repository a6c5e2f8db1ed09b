import { readdirSync } from "node:fs";
import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./settings";
import { childOf, type Storage } from "./storage";

/** The published website, or nothing where the setting `publish` is off. */
export interface Site {
  /** e.g. `http://data-1a2b3c4.s3-website-us-east-1.amazonaws.com`. */
  url: pulumi.Output<string>;
}

/** Content types of the page's files, by extension; a file of any other kind is refused. */
const CONTENT_TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Publishes the data bucket as an S3 static website: `raw/`, `reports/` and the files of `site/`. */
export function createSite(
  settings: Settings,
  { data, dataPublicAccess }: Storage,
  options: pulumi.CustomResourceOptions,
): Site | undefined {
  if (!settings.publish) return undefined;
  const child = childOf(data, options);
  const files = readdirSync("site").sort();
  const website = new aws.s3.BucketWebsiteConfiguration(
    "site",
    { bucket: data.bucket, indexDocument: { suffix: "index.html" }, errorDocument: { key: "404.html" } },
    child,
  );
  new aws.s3.BucketPolicy(
    "site",
    { bucket: data.bucket, policy: readableByEveryone(data, ["raw/*", "reports/*", ...files]) },
    // S3 refuses a public policy while the block is on.
    { ...child, dependsOn: dataPublicAccess },
  );
  for (const file of files) {
    const contentType = CONTENT_TYPES[path.extname(file)];
    if (contentType === undefined) {
      throw new pulumi.RunError(
        `site/${file} has no content type: add its extension to CONTENT_TYPES in infra/site.ts.`,
      );
    }
    new aws.s3.BucketObjectv2(
      file,
      {
        bucket: data.bucket,
        key: file,
        source: new pulumi.asset.FileAsset(path.posix.join("site", file)),
        contentType,
        cacheControl: "no-cache",
      },
      child,
    );
  }
  return { url: pulumi.interpolate`http://${website.websiteEndpoint}` };
}

/** A bucket policy that lets anyone read objects under these keys, and list nothing. */
function readableByEveryone(bucket: aws.s3.Bucket, keys: string[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: keys.map((key) => pulumi.interpolate`${bucket.arn}/${key}`),
      },
    ],
  });
}
