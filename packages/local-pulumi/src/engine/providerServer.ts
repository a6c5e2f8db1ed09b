import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { ResourceProvider } from "../provider/provider";
import { providerMethods } from "./providerMethods";

/** A provider that Pulumi's engine can call. */
export interface ProviderServer {
  /** On 127.0.0.1; goes into `PULUMI_DEBUG_PROVIDERS=<package>:<port>`. */
  port: number;
  close(): Promise<void>;
}

/** The engine sends whole states in one message; gRPC's default limit is 4 MiB. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/**
 * Serves a provider to Pulumi's engine over the provider protocol, from this process. `main` of
 * `@pulumi/pulumi/provider` is not enough: it does not pass on the configuration (and so the default tags) and the
 * previous inputs (every diff would compare outputs), nor does it return which properties changed.
 */
export async function serveProvider(provider: ResourceProvider): Promise<ProviderServer> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES });
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
