import { Logger } from "@aws-lambda-powertools/logger";

/** Structured log lines, one JSON object each. No secret ever goes in: the functions hold none. */
export const logger = new Logger({ serviceName: "data-quest" });
