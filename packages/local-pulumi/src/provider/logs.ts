import * as z from "zod";
import { tags } from "./inputs";
import { type ResourceType, resourceType } from "./resourceType";

/** CloudWatch's log groups. */
export const logTypes: Record<string, ResourceType> = {
  "aws:cloudwatch/logGroup:LogGroup": resourceType({
    inputs: z.strictObject({ name: z.string(), retentionInDays: z.number().optional(), tags }),
    physicalName: { property: "name" },
    replaceOn: ["name"],
    async put({ name, retentionInDays }, { cloud }) {
      await cloud.createLogGroup(name, retentionInDays ?? null);
      return {
        id: name,
        outputs: { arn: `arn:aws:logs:${cloud.region}:${cloud.accountId}:log-group:${name}` },
      };
    },
    delete: ({ id }, { cloud }) => cloud.deleteLogGroup(id),
    async read({ id }, { cloud }) {
      const group = await cloud.getLogGroup(id);
      return group && { retentionInDays: group.retentionInDays ?? undefined };
    },
  }),
};
