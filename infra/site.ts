import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { RAW_PREFIX, REPORTS_PREFIX } from "../functions/shared/keys";
import { bundlePage } from "./bundle";
import { type Context, PipelineComponent } from "./pipelineComponent";
import { siteSettings } from "./siteSettings";
import type { Storage } from "./storage";

/** Path on disk of each of the page's files, by its key in the bucket. */
export const SITE_FILES: Readonly<Record<string, string>> = {
  "404.html": "site/404.html",
  "icon.svg": "site/icon.svg",
  "index.html": "site/index.html",
  "page.css": "dist/site/page.css",
  "page.js": "dist/site/page.js",
};

/** Content types of the page's files, by extension. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The data bucket as an S3 static website: `raw/`, `reports/` and the page, which is built here. */
export class Site extends PipelineComponent {
  /** e.g. `http://data-1a2b3c4.s3-website-us-east-1.amazonaws.com`. */
  readonly url: pulumi.Output<string>;

  constructor(context: Context, { storage }: { storage: Storage }) {
    super("Site", "site", context);
    const { data, dataPublicAccess } = storage;
    bundlePage("site", "dist/site");
    const child = this.childOnceBelow(data);
    const website = new aws.s3.BucketWebsiteConfiguration(
      "site",
      { bucket: data.bucket, indexDocument: { suffix: "index.html" }, errorDocument: { key: "404.html" } },
      child,
    );
    new aws.s3.BucketPolicy(
      "site",
      {
        bucket: data.bucket,
        policy: readableByEveryone(data, [
          `${RAW_PREFIX}*`,
          `${REPORTS_PREFIX}*`,
          ...Object.keys(SITE_FILES),
          "site.json",
        ]),
      },
      // S3 rejects a public policy while the block is on.
      { ...child, dependsOn: dataPublicAccess },
    );
    const put = (key: string, content: Pick<aws.s3.BucketObjectv2Args, "source" | "content">) => {
      const contentType = CONTENT_TYPES[path.extname(key)] as string;
      new aws.s3.BucketObjectv2(
        key,
        { bucket: data.bucket, key, ...content, contentType, cacheControl: "no-cache" },
        child,
      );
    };
    for (const [key, file] of Object.entries(SITE_FILES))
      put(key, { source: new pulumi.asset.FileAsset(file) });
    put("site.json", { content: `${JSON.stringify(siteSettings(context.settings), null, 2)}\n` });
    this.url = pulumi.interpolate`http://${website.websiteEndpoint}`;
    this.registerOutputs();
  }
}

/** A bucket policy that lets anyone read objects under these keys, but not list them. */
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
