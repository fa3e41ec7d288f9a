import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { createRequire } from "node:module";
import type { Cloud } from "../../../local/resourceMonitor";
import { providerService } from "./providerService";

const sdkVersion = (name: string) =>
  (createRequire(__filename)(`@pulumi/${name}/package.json`) as { version: string }).version;

/**
 * Test doubles for the plugins of the aws, kubernetes and eks providers, which take an AWS account and a cluster to run: gRPC
 * servers that Pulumi's engine attaches to in their place. They make nothing. What a resource's outputs are, and what a lookup
 * answers, a `Cloud` says; a type or lookup it does not know is an error.
 *
 * They do not check inputs, add defaults or make up names, as the providers do; they have no schema, and they can't read, import
 * or refresh. A remote component has no children.
 */
export class ProviderDoubles {
  /** Every resource created, updated or deleted, in order, e.g. "created vault-key"; previews aside. */
  public readonly changes: string[] = [];
  private readonly servers: grpc.Server[] = [];

  public constructor(private readonly cloud: Cloud) {}

  /**
   * Serves each provider on a free loopback port.
   *
   * @returns `PULUMI_DEBUG_PROVIDERS` for the engine's environment: `NAME:PORT,...`.
   */
  public async start(): Promise<string> {
    const addresses = ["aws", "kubernetes", "eks"].map(async (name) => `${name}:${await this.serve(name)}`);
    return (await Promise.all(addresses)).join(",");
  }

  public stop(): void {
    for (const server of this.servers) server.forceShutdown();
  }

  private serve(name: string): Promise<number> {
    const server = new grpc.Server();
    this.servers.push(server);
    // The engine warns of a provider older than the program's SDK.
    server.addService(ResourceProviderService, providerService(sdkVersion(name), this.cloud, this.changes));
    return new Promise((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  }
}
