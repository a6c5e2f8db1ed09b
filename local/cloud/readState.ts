import type { Authorizer } from "./authorization";
import type { Buckets } from "./buckets";
import type { CloudState } from "./cloudState";
import type { EventSourceMappings } from "./eventSourceMappings";
import type { Functions } from "./functions";
import type { Identities } from "./identity";
import type { Logs } from "./logs";
import type { Notifications } from "./notifications";
import type { Queues } from "./queues";
import type { Rules } from "./rules";

/** The services whose state is read. */
export interface StateParts {
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

/** The reading half of the cloud's control plane. What it answers is a copy of nothing: it is not to be changed. */
export function readState(parts: StateParts): CloudState {
  const { buckets, notifications, queues, identities, functions, mappings, rules, logs, authorizer } = parts;
  return {
    async getBucket(bucket) {
      const settings = buckets.describe(bucket);
      if (!settings) return undefined;
      const policy = authorizer.resourcePolicy(`arn:aws:s3:::${bucket}`) ?? null;
      return { ...settings, policy, notifications: notifications.of(bucket) };
    },
    getQueueAttributes: async (url) => queues.attributesOf(url),
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
