import { Logger } from "@aws-lambda-powertools/logger";

/** Structured log lines, one JSON object each. They hold no secrets, because the functions have none. */
export const logger = new Logger({ serviceName: "data-quest" });
