import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Cloud } from "../cloud";
import { type Connection, unlessMissing } from "./connection";

const NO_GROUP = "ResourceNotFoundException";

/** A line of a log group. */
export interface LogLine {
  eventId: string;
  stream: string;
  text: string;
}

/** CloudWatch's log groups. */
export function logMethods({ logs }: Connection) {
  /** Oldest first; empty if there is no such group. */
  async function readLines(logGroupName: string, sinceMs = 0): Promise<LogLine[]> {
    const pages = paginateFilterLogEvents({ client: logs }, { logGroupName, startTime: sinceMs });
    const all = await unlessMissing(
      Array.fromAsync(pages, ({ events = [] }) => events),
      NO_GROUP,
    );
    return (all ?? []).flat().map(({ eventId = "", logStreamName = "", message = "" }) => ({
      eventId,
      stream: logStreamName,
      text: message.replace(/\n$/, ""),
    }));
  }

  const methods: Pick<Cloud, "createLogGroup" | "deleteLogGroup" | "getLogGroup" | "logLines"> = {
    async createLogGroup(logGroupName, retentionInDays) {
      await unlessMissing(
        logs.send(new CreateLogGroupCommand({ logGroupName })),
        "ResourceAlreadyExistsException",
      );
      await (retentionInDays === null
        ? logs.send(new DeleteRetentionPolicyCommand({ logGroupName }))
        : logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays })));
    },
    async deleteLogGroup(logGroupName) {
      await unlessMissing(logs.send(new DeleteLogGroupCommand({ logGroupName })), NO_GROUP);
    },
    async getLogGroup(name) {
      const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
      const group = logGroups.find(({ logGroupName }) => logGroupName === name);
      return group && { retentionInDays: group.retentionInDays ?? null };
    },
    logLines: async (logGroup) => (await readLines(logGroup)).map(({ text }) => text),
  };
  return { ...methods, readLines };
}
