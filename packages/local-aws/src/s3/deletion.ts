import { type AwsResponse, badRequest, element, notImplemented, xmlResponse } from "../awsProtocol";
import { VerifiedContent } from "./body";
import type { S3Context } from "./objects";
import type { S3Call } from "./operations";
import { childrenOf, parseXml, textOf } from "./xml";

export function deleteObject(s3: S3Context, { bucket, key, request }: S3Call): AwsResponse {
  if (request.headers["if-match"] !== undefined) throw notImplemented("If-Match on DeleteObject");
  const { versionId, deleteMarker } = remove(s3, bucket, key, request.query.get("versionId") ?? undefined);
  return {
    status: 204,
    headers: {
      ...(versionId !== undefined && { "x-amz-version-id": versionId }),
      ...(deleteMarker && { "x-amz-delete-marker": "true" }),
    },
  };
}

/**
 * Up to 1,000 deletions in one request, each authorized separately.
 *
 * @param isAllowed whether the caller may delete this key (this version of it).
 */
export async function deleteObjects(
  s3: S3Context,
  { bucket, request, body }: S3Call,
  isAllowed: (key: string, versionId: string | undefined) => Promise<boolean>,
): Promise<AwsResponse> {
  s3.objects.versioningOf(bucket);
  const verified = new VerifiedContent(request.headers, body);
  const content = await verified.whole();
  if (!verified.checksum && request.headers["content-md5"] === undefined)
    throw badRequest(
      "InvalidRequest",
      "Missing required header for this request: Content-MD5 or x-amz-checksum-*",
    );
  const { wanted, quiet } = parseDelete(content);

  const results: string[] = [];
  for (const { key, versionId } of wanted) {
    const name = element("Key", key) + element("VersionId", versionId);
    if (!(await isAllowed(key, versionId))) {
      results.push(
        `<Error>${name}${element("Code", "AccessDenied")}${element("Message", "Access Denied")}</Error>`,
      );
      continue;
    }
    const done = remove(s3, bucket, key, versionId);
    if (quiet) continue;
    const marker = done.deleteMarker
      ? element("DeleteMarker", true) + element("DeleteMarkerVersionId", done.versionId)
      : "";
    results.push(`<Deleted>${name}${marker}</Deleted>`);
  }
  return xmlResponse(`<DeleteResult>${results.join("")}</DeleteResult>`);
}

function remove(s3: S3Context, bucket: string, key: string, versionId: string | undefined) {
  const done = s3.objects.delete(bucket, key, versionId);
  const marked = done.deleteMarker && versionId === undefined;
  s3.changed({
    bucket,
    key,
    event: marked ? "ObjectRemoved:DeleteMarkerCreated" : "ObjectRemoved:Delete",
    ...(done.versionId !== undefined && { versionId: done.versionId }),
  });
  return done;
}

function parseDelete(xml: Buffer): {
  wanted: { key: string; versionId: string | undefined }[];
  quiet: boolean;
} {
  const root = parseXml(xml, "Delete");
  const wanted = childrenOf(root, "Object").map((object) => {
    const key = textOf(object, "Key");
    if (!key) throw badRequest("MalformedXML", "An object to delete has no key.");
    if (childrenOf(object, "ETag").length > 0)
      throw notImplemented("DeleteObjects with an ETag as a condition");
    return { key, versionId: textOf(object, "VersionId") };
  });
  if (wanted.length === 0 || wanted.length > 1000)
    throw badRequest("MalformedXML", `DeleteObjects takes 1 to 1,000 keys, not ${wanted.length}.`);
  return { wanted, quiet: textOf(root, "Quiet") === "true" };
}
