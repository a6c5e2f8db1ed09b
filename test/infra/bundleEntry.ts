import { Logger } from "@aws-lambda-powertools/logger";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";

export { analyzeFiles } from "../../analytics/analyzeFiles";

/** A handler like the project's own: the analysis, the parts of the AWS SDK that it needs, and the logger. */
export const parts = [
  Logger,
  S3Client,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
];
