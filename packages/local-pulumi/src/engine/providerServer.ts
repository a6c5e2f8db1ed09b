import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { ResourceProvider } from "../provider/provider";
import { providerMethods } from "./providerMethods";

/** A provider that Pulumi's engine can reach. */
export interface ProviderServer {
  /** On 127.0.0.1; for `PULUMI_DEBUG_PROVIDERS=<package>:<port>`. */
  port: number;
  close(): Promise<void>;
}

/** The engine sends whole states in a message; gRPC's own limit is 4 MiB. */
const LARGEST_MESSAGE_BYTES = 400 * 1024 * 1024;

/**
 * Serves a provider to Pulumi's engine over its own protocol, from this process. `main` of `@pulumi/pulumi/provider` does
 * not do: it keeps from a provider its configuration (so the default tags), the inputs of before (so that every diff
 * would be of outputs), and which properties changed.
 */
export async function serveProvider(provider: ResourceProvider): Promise<ProviderServer> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": LARGEST_MESSAGE_BYTES });
  server.addService(ResourceProviderService, providerMethods(provider));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    port,
    close: () =>
      new Promise((resolve, reject) => server.tryShutdown((error) => (error ? reject(error) : resolve()))),
  };
}
