import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { buffer } from "node:stream/consumers";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { AwsError, type AwsResponse } from "../awsProtocol";
import type { WebsiteContent } from "../s3/website";
import { readWebsite } from "./bucketState";
import type { Connection } from "./connection";

/** The request headers passed on to S3, and the response headers passed on to the reader. */
const ASKED = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "range"];
const SHOWN =
  /^(cache-control|content-(disposition|encoding|language|length|range|type)|etag|last-modified|accept-ranges)$/;

/**
 * The endpoint's buckets as website content. Each object is read from the endpoint's S3 without a signature, so that the
 * endpoint's own policies decide what an anonymous reader may see.
 */
export function websiteContent({ endpoint, s3 }: Connection): WebsiteContent {
  return {
    websiteOf: (bucket) => readWebsite(s3, bucket),
    async exists(bucket, key) {
      // Lists instead of reading: a policy that denies everybody the object denies it to the operator, too.
      const request = new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 });
      const { Contents = [] } = await s3.send(request);
      return Contents[0]?.Key === key;
    },
    async read(bucket, key, { headers }) {
      const path = key.split("/").map(encodeURIComponent).join("/");
      const asked = Object.entries(headers).filter(([name]) => ASKED.includes(name));
      const answer = await get(`${endpoint}/${bucket}/${path}`, Object.fromEntries(asked));
      if (answer.status < 400) return answer;
      throw refusal(answer);
    },
  };
}

async function get(address: string, headers: Record<string, string>): Promise<AwsResponse> {
  const send = address.startsWith("https:") ? httpsRequest : httpRequest;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    send(address, { headers }, resolve).on("error", reject).end();
  });
  const shown = Object.entries(response.headers).filter(([name]) => SHOWN.test(name));
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(shown.map(([name, value]) => [name, String(value)])),
    body: await buffer(response),
  };
}

/** The error in S3's response. */
function refusal({ status, body }: AwsResponse): AwsError {
  const text = String(body);
  const code = /<Code>(.*?)<\/Code>/s.exec(text)?.[1] ?? "Error";
  return new AwsError(status, code, /<Message>(.*?)<\/Message>/s.exec(text)?.[1] ?? text);
}
