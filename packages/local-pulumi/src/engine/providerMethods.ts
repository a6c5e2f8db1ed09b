import * as grpc from "@grpc/grpc-js";
import { version } from "@pulumi/aws/package.json";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { defaultTags } from "../provider/awsProvider";
import { changedProperties, type PreviousState, type ResourceProvider } from "../provider/provider";
import { ProviderError } from "../provider/resourceType";
import { type EngineProperties, fromStruct, toStruct, withAssets, withHashes } from "./engineProperties";

/**
 * The methods of Pulumi's provider protocol (`provider.proto`), each calling the provider's method of the same name. For
 * the methods missing here (`Handshake`, `Construct`, …) gRPC answers "unimplemented", which the engine accepts.
 */
export function providerMethods(provider: ResourceProvider): grpc.UntypedServiceImplementation {
  /** The default tags of the last configured provider resource; this project's stacks have one. */
  let tags: Record<string, string> = {};

  return {
    getPluginInfo: answer(async () => new plugin.PluginInfo().setVersion(version)),
    attach: answer(async () => new Empty()),
    cancel: answer(async () => new Empty()),

    checkConfig: answer(async (request: rpc.CheckRequest) => check(request)),
    diffConfig: answer(async (request: rpc.DiffRequest) => diff(request)),
    configure: answer(async (request: rpc.ConfigureRequest) => {
      const inputs = fromStruct(request.getArgs());
      tags = defaultTags(inputs);
      // Because the response does not accept secrets, resources or outputs, the engine sends plain values.
      return new rpc.ConfigureResponse().setSupportspreview(true);
    }),

    check: answer(async (request: rpc.CheckRequest) => check(request)),
    diff: answer(async (request: rpc.DiffRequest) => diff(request)),
    create: answer(async (request: rpc.CreateRequest) => {
      const inputs = fromStruct(request.getProperties());
      // Values that only the cloud knows are left out, so the program sees them as unknown.
      if (request.getPreview()) return new rpc.CreateResponse().setProperties(toStruct(inputs));
      const created = await provider.create(request.getType(), request.getName(), withAssets(inputs));
      return new rpc.CreateResponse().setId(created.id).setProperties(toStruct(created.outputs));
    }),
    update: answer(async (request: rpc.UpdateRequest) => {
      const [inputs, outputs] = [fromStruct(request.getNews()), fromStruct(request.getOlds())];
      if (request.getPreview()) {
        return new rpc.UpdateResponse().setProperties(toStruct({ ...outputs, ...inputs }));
      }
      const previous = previousState(request.getId(), fromStruct(request.getOldInputs()), outputs);
      const updated = await provider.update(
        request.getType(),
        request.getName(),
        previous,
        withAssets(inputs),
      );
      return new rpc.UpdateResponse().setProperties(toStruct(updated.outputs));
    }),
    delete: answer(async (request: rpc.DeleteRequest) => {
      const [inputs, outputs] = [fromStruct(request.getOldInputs()), fromStruct(request.getProperties())];
      await provider.delete(
        request.getType(),
        request.getName(),
        previousState(request.getId(), inputs, outputs),
      );
      return new Empty();
    }),
    read: answer(async (request: rpc.ReadRequest) => read(provider, request)),
    invoke: answer(async (request: rpc.InvokeRequest) => {
      const outputs = provider.invoke(request.getTok(), fromStruct(request.getArgs()));
      return new rpc.InvokeResponse().setReturn(toStruct(outputs));
    }),
  };

  /** Returns the inputs as sent, with the provider's additions: the engine needs its own form of assets back. */
  function check(request: rpc.CheckRequest): rpc.CheckResponse {
    const inputs = fromStruct(request.getNews());
    // The version of a provider resource is for the engine only.
    const { version: _, ...properties } = inputs;
    try {
      const checked = provider.check(request.getType(), request.getName(), withAssets(properties), tags);
      return new rpc.CheckResponse().setInputs(toStruct({ ...checked, ...inputs }));
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return new rpc.CheckResponse().setFailuresList([new rpc.CheckFailure().setReason(error.message)]);
    }
  }

  function diff(request: rpc.DiffRequest): rpc.DiffResponse {
    const [before, after] = [fromStruct(request.getOldInputs()), fromStruct(request.getNews())];
    const [previous, next] = [withHashes(before), withHashes(after)];
    const {
      changes,
      replaces,
      deleteBeforeReplace = false,
    } = provider.diff(request.getType(), previous, next);
    const { DIFF_SOME, DIFF_NONE } = rpc.DiffResponse.DiffChanges;
    return new rpc.DiffResponse()
      .setChanges(changes ? DIFF_SOME : DIFF_NONE)
      .setDiffsList(changedProperties(previous, next))
      .setReplacesList(replaces)
      .setDeletebeforereplace(deleteBeforeReplace);
  }
}

/** An empty response, without an id, means that the resource is gone. */
async function read(provider: ResourceProvider, request: rpc.ReadRequest): Promise<rpc.ReadResponse> {
  const [type, name, id] = [request.getType(), request.getName(), request.getId()];
  const [inputs, outputs] = [fromStruct(request.getInputs()), fromStruct(request.getProperties())];
  // Without outputs, the request is a lookup (`.get`) or an import, not a refresh.
  if (Object.keys(outputs).length === 0) await provider.read(type, id);
  const previous = previousState(id, inputs, outputs);
  const current = await provider.refresh(type, name, previous);
  if (current === undefined) return new rpc.ReadResponse();
  // Unchanged inputs go back as sent: the engine needs its own form of assets back.
  const asSent = Object.entries(current.inputs).map(([key, value]) =>
    value === previous.inputs[key] ? [key, inputs[key]] : [key, value],
  );
  return new rpc.ReadResponse()
    .setId(current.id)
    .setInputs(toStruct(Object.fromEntries(asSent)))
    .setProperties(toStruct(current.outputs));
}

/** Takes the id from the outputs, which have the current one: the engine keeps the id from the resource's creation. */
function previousState(id: string, inputs: EngineProperties, outputs: EngineProperties): PreviousState {
  const { id: current = id } = outputs;
  return { id: String(current), inputs: withAssets(inputs), outputs };
}

/** A gRPC method; if it fails, the user sees the error's message with its causes. */
function answer<Request, Response>(
  handle: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    handle(request).then(
      (response) => callback(null, response),
      (error: unknown) => callback({ code: grpc.status.UNKNOWN, details: messageOf(error) }),
    );
  };
}

/** Appends the messages of an error and its causes to a text: `It failed: the disk is full`. Repeated ones add nothing. */
function messageOf(error: unknown, text = ""): string {
  const message = error instanceof Error ? error.message : String(error);
  const isRepeated = text !== "" && text.includes(message.replace(/\.$/, ""));
  const combined = isRepeated ? text : text === "" ? message : `${text.replace(/\.$/, "")}: ${message}`;
  if (!(error instanceof Error)) return combined;
  const causes: unknown[] =
    error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause];
  return causes.reduce<string>((before, cause) => messageOf(cause, before), combined);
}
