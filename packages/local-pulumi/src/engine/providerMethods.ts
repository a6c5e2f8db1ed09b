import * as grpc from "@grpc/grpc-js";
import { version } from "@pulumi/aws/package.json";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { messageOf } from "../../../../functions/shared/errors";
import { defaultTags } from "../provider/awsProvider";
import { changedProperties, type PreviousState, type ResourceProvider } from "../provider/provider";
import { ProviderError } from "../provider/resourceType";
import { fromStruct, toStruct, type WireProperties, withAssets, withHashes } from "./wire";

/**
 * The methods of Pulumi's provider protocol (`provider.proto`), each answered by the provider's method of that name.
 * What is missing here (`Handshake`, `Construct`, …) gRPC answers as unimplemented, and the engine does without.
 */
export function providerMethods(provider: ResourceProvider): grpc.UntypedServiceImplementation {
  /** Of the provider resource that the engine configured last; a stack of this project has one. */
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
      // Without secrets, resources and outputs among the inputs the engine sends plain values, as the provider takes them.
      return new rpc.ConfigureResponse().setSupportspreview(true);
    }),

    check: answer(async (request: rpc.CheckRequest) => check(request)),
    diff: answer(async (request: rpc.DiffRequest) => diff(request)),
    create: answer(async (request: rpc.CreateRequest) => {
      const inputs = fromStruct(request.getProperties());
      // What only the cloud can tell is left out, and so unknown to the program.
      if (request.getPreview()) return new rpc.CreateResponse().setProperties(toStruct(inputs));
      const made = await provider.create(request.getType(), request.getName(), withAssets(inputs));
      return new rpc.CreateResponse().setId(made.id).setProperties(toStruct(made.outputs));
    }),
    update: answer(async (request: rpc.UpdateRequest) => {
      const [inputs, outputs] = [fromStruct(request.getNews()), fromStruct(request.getOlds())];
      if (request.getPreview()) {
        return new rpc.UpdateResponse().setProperties(toStruct({ ...outputs, ...inputs }));
      }
      const previous = previousState(request.getId(), fromStruct(request.getOldInputs()), outputs);
      const made = await provider.update(request.getType(), request.getName(), previous, withAssets(inputs));
      return new rpc.UpdateResponse().setProperties(toStruct(made.outputs));
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

  /** The inputs come back as they were sent, with what the provider adds: the engine knows its own assets. */
  function check(request: rpc.CheckRequest): rpc.CheckResponse {
    const inputs = fromStruct(request.getNews());
    // A provider resource's own version is between the program and the engine.
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

/** Answers "gone" with an empty id. */
async function read(provider: ResourceProvider, request: rpc.ReadRequest): Promise<rpc.ReadResponse> {
  const [type, name, id] = [request.getType(), request.getName(), request.getId()];
  const [inputs, outputs] = [fromStruct(request.getInputs()), fromStruct(request.getProperties())];
  // Without a state somebody asks for a resource that Pulumi did not make.
  if (Object.keys(outputs).length === 0) await provider.read(type, id);
  const previous = previousState(id, inputs, outputs);
  const now = await provider.refresh(type, name, previous);
  if (now === undefined) return new rpc.ReadResponse();
  // What is as it was goes back as it came: the engine knows its own assets.
  const asSent = Object.entries(now.inputs).map(([key, value]) =>
    value === previous.inputs[key] ? [key, inputs[key]] : [key, value],
  );
  return new rpc.ReadResponse()
    .setId(now.id)
    .setInputs(toStruct(Object.fromEntries(asSent)))
    .setProperties(toStruct(now.outputs));
}

/** The id is an output too, and there it is the newest: the engine keeps the one that a resource was created with. */
function previousState(id: string, inputs: WireProperties, outputs: WireProperties): PreviousState {
  const { id: current = id } = outputs;
  return { id: String(current), inputs: withAssets(inputs), outputs };
}

/** A method whose errors reach the user as they are, with their causes. */
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
