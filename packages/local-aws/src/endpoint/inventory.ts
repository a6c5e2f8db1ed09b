import { paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs";
import { ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { paginateListRoles } from "@aws-sdk/client-iam";
import { paginateListEventSourceMappings, paginateListFunctions } from "@aws-sdk/client-lambda";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { paginateListQueues } from "@aws-sdk/client-sqs";
import type { Inventory } from "../cloudState";
import type { Connection } from "./connection";

/** Everything in the cloud. */
export async function readInventory({ s3, sqs, iam, lambda, events, logs }: Connection): Promise<Inventory> {
  const [buckets, queues, roles, functions, mappings, rules, groups] = await Promise.all([
    s3.send(new ListBucketsCommand({})).then(({ Buckets = [] }) => Buckets.map(({ Name }) => Name)),
    Array.fromAsync(paginateListQueues({ client: sqs }, {}), ({ QueueUrls = [] }) =>
      QueueUrls.map((url) => url.split("/").at(-1)),
    ),
    Array.fromAsync(paginateListRoles({ client: iam }, {}), ({ Roles = [] }) =>
      Roles.map(({ RoleName }) => RoleName),
    ),
    Array.fromAsync(paginateListFunctions({ client: lambda }, {}), ({ Functions = [] }) =>
      Functions.map(({ FunctionName }) => FunctionName),
    ),
    Array.fromAsync(paginateListEventSourceMappings({ client: lambda }, {}), ({ EventSourceMappings = [] }) =>
      EventSourceMappings.map(({ UUID }) => UUID),
    ),
    events.send(new ListRulesCommand({})).then(({ Rules = [] }) => Rules.map(({ Name }) => Name)),
    Array.fromAsync(paginateDescribeLogGroups({ client: logs }, {}), ({ logGroups = [] }) =>
      logGroups.map(({ logGroupName }) => logGroupName),
    ),
  ]);
  return {
    buckets: sorted(buckets),
    queues: sorted(queues.flat()),
    roles: sorted(roles.flat()),
    functions: sorted(functions.flat()),
    eventSourceMappings: sorted(mappings.flat()),
    rules: sorted(rules),
    logGroups: sorted(groups.flat()),
  };
}

function sorted(names: readonly (string | undefined)[]): string[] {
  return names.filter((name) => name !== undefined).sort();
}
