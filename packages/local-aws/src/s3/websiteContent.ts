import { AwsError } from "../awsProtocol";
import type { Authorizer } from "../iam/authorization";
import { ANONYMOUS } from "../iam/identity";
import type { Buckets } from "./buckets";
import { getObject, type S3Context } from "./objects";
import type { WebsiteContent } from "./website";

/** The parts of the cloud that websites need. */
interface WebsiteContentParts {
  s3: S3Context;
  buckets: Buckets;
  authorizer: Authorizer;
}

/** This cloud's buckets as website content. */
export function websiteContent({ s3, buckets, authorizer }: WebsiteContentParts): WebsiteContent {
  const exists = (bucket: string, key: string) => s3.objects.current(bucket, key) !== undefined;
  return {
    websiteOf: async (bucket) => buckets.websiteOf(bucket),
    exists: async (bucket, key) => exists(bucket, key),
    async read(bucket, key, request) {
      const bucketArn = `arn:aws:s3:::${bucket}`;
      const mayRead = await authorizer.isAllowed(ANONYMOUS, "s3:GetObject", `${bucketArn}/${key}`);
      const mayLearn =
        exists(bucket, key) || (await authorizer.isAllowed(ANONYMOUS, "s3:ListBucket", bucketArn));
      if (!mayRead || !mayLearn) throw new AwsError(403, "AccessDenied", "Access Denied");
      return getObject(s3, { bucket, key, request: { ...request, query: new URLSearchParams() } });
    },
  };
}
