import type { CloudState } from "./cloudState";
import type { Rules } from "./eventbridge/rules";
import type { Authorizer } from "./iam/authorization";
import type { Identities } from "./iam/identity";
import type { EventSourceMappings } from "./lambda/eventSourceMappings";
import type { Functions } from "./lambda/functions";
import type { Logs } from "./lambda/logs";
import type { Buckets } from "./s3/buckets";
import type { Notifications } from "./s3/notifications";
import type { Queues } from "./sqs/queues";

/** The services whose state is read. */
interface StateParts {
  buckets: Buckets;
  notifications: Notifications;
  queues: Queues;
  identities: Identities;
  functions: Functions;
  mappings: EventSourceMappings;
  rules: Rules;
  logs: Logs;
  authorizer: Authorizer;
}

/** The reading half of the cloud's control plane. Its results are not copies: do not modify them. */
export function readState(parts: StateParts): CloudState {
  const { buckets, notifications, queues, identities, functions, mappings, rules, logs, authorizer } = parts;
  return {
    async getBucket(bucket) {
      const settings = buckets.describe(bucket);
      if (!settings) return undefined;
      const policy = authorizer.resourcePolicy(`arn:aws:s3:::${bucket}`) ?? null;
      return { ...settings, policy, notifications: notifications.of(bucket) };
    },
    getQueueAttributes: async (url) => (queues.exists(url) ? queues.attributesOf(url) : undefined),
    getRole: async (role) => identities.describeRole(role),
    getFunction: async (name) => functions.state(name),
    getEventSourceMapping: async (uuid) => mappings.get(uuid),
    getRule: async (name) => rules.describe(name),
    getLogGroup: async (name) => logs.describe(name),
    async inventory() {
      const sorted = (names: Iterable<string>) => [...names].sort();
      return {
        buckets: sorted(buckets.names()),
        queues: sorted(queues.names()),
        roles: sorted(identities.roleNames()),
        functions: sorted(functions.names()),
        eventSourceMappings: sorted(mappings.ids()),
        rules: sorted(rules.names()),
        logGroups: sorted(logs.names()),
      };
    },
  };
}
