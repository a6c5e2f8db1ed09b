import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  type EventSourceMappingConfiguration,
  GetEventSourceMappingCommand,
  paginateListEventSourceMappings,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import type { Cloud, EventSourceMapping } from "../cloud";
import { type Connection, unlessMissing } from "./connection";

const NO_MAPPING = "ResourceNotFoundException";
const REPORT = "ReportBatchItemFailures" as const;

/** Lambda's event source mappings for queues. */
export function mappingMethods({ lambda }: Connection) {
  const list = async (filter: { FunctionName?: string; EventSourceArn?: string } = {}) => {
    const pages = paginateListEventSourceMappings({ client: lambda }, filter);
    const all = await Array.fromAsync(pages, ({ EventSourceMappings = [] }) => EventSourceMappings);
    return all.flat();
  };
  const methods: Pick<Cloud, "putEventSourceMapping" | "deleteEventSourceMapping" | "getEventSourceMapping"> =
    {
      async putEventSourceMapping(mapping) {
        const { queueArn: EventSourceArn, functionName: FunctionName, maximumConcurrency } = mapping;
        const settings = {
          FunctionName,
          BatchSize: mapping.batchSize,
          MaximumBatchingWindowInSeconds: mapping.maximumBatchingWindowSeconds,
          FunctionResponseTypes: mapping.reportBatchItemFailures ? [REPORT] : [],
          ScalingConfig: maximumConcurrency === undefined ? {} : { MaximumConcurrency: maximumConcurrency },
        };
        const [there] = await list({ FunctionName, EventSourceArn });
        const { UUID = "" } = there
          ? await lambda.send(new UpdateEventSourceMappingCommand({ UUID: there.UUID, ...settings }))
          : await lambda.send(new CreateEventSourceMappingCommand({ EventSourceArn, ...settings }));
        return { uuid: UUID };
      },
      async deleteEventSourceMapping(UUID) {
        await unlessMissing(lambda.send(new DeleteEventSourceMappingCommand({ UUID })), NO_MAPPING);
      },
      async getEventSourceMapping(UUID) {
        const actual = await unlessMissing(
          lambda.send(new GetEventSourceMappingCommand({ UUID })),
          NO_MAPPING,
        );
        // Lambda still returns a deleted mapping for a while.
        return actual === undefined || actual.State === "Deleting" ? undefined : toMapping(actual);
      },
    };
  return { ...methods, listMappings: list };
}

/** A mapping from Lambda's description. */
export function toMapping(actual: EventSourceMappingConfiguration): EventSourceMapping {
  const maximumConcurrency = actual.ScalingConfig?.MaximumConcurrency;
  return {
    queueArn: actual.EventSourceArn ?? "",
    functionName: actual.FunctionArn?.split(":")[6] ?? "",
    batchSize: actual.BatchSize ?? 10,
    maximumBatchingWindowSeconds: actual.MaximumBatchingWindowInSeconds ?? 0,
    reportBatchItemFailures: actual.FunctionResponseTypes?.includes(REPORT) ?? false,
    ...(maximumConcurrency !== undefined && { maximumConcurrency }),
  };
}
