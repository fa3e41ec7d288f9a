import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as resource from "@pulumi/pulumi/proto/resource_pb";
import { runtime } from "@pulumi/pulumi";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import { unary } from "../../local/grpcHandler";
import type { Cloud } from "../../local/resourceMonitor";

type Properties = Record<string, JavaScriptValue>;

/**
 * Doubles of Pulumi's aws, kubernetes and eks providers, for the real engine to attach to through `PULUMI_DEBUG_PROVIDERS`: no
 * registry has the providers, and there is no AWS account. What a provider would make or look up, a cloud double answers. They take
 * every change as an update in place and keep nothing: what exists is in the stack's state.
 */
export class ProviderDoubles {
  /** URNs of what the engine had deleted. */
  public readonly deleted: string[] = [];
  private readonly servers: grpc.Server[] = [];

  public constructor(private readonly cloud: Cloud) {}

  /** @returns the value of `PULUMI_DEBUG_PROVIDERS`. */
  public async start(): Promise<string> {
    const addresses = await Promise.all(
      ["aws", "kubernetes", "eks"].map(async (name) => {
        const server = new grpc.Server();
        server.addService(ResourceProviderService, this.service(name));
        this.servers.push(server);
        const port = await new Promise<number>((resolve, reject) => {
          const credentials = grpc.ServerCredentials.createInsecure();
          server.bindAsync("127.0.0.1:0", credentials, (error, bound) =>
            error ? reject(error) : resolve(bound),
          );
        });
        return `${name}:${port}`;
      }),
    );
    return addresses.join(",");
  }

  public stop(): void {
    for (const server of this.servers) server.forceShutdown();
  }

  /** The part of the protocol that an engine needs; what is left out answers UNIMPLEMENTED. */
  private service(name: string): grpc.UntypedServiceImplementation {
    const empty = unary(() => new Empty());
    const { version } = createRequire(__filename)(`@pulumi/${name}/package.json`) as { version: string };
    return {
      attach: empty,
      cancel: empty,
      getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
      checkConfig: unary((request: proto.CheckRequest) =>
        new proto.CheckResponse().setInputs(request.getNews()),
      ),
      diffConfig: unary(() => new proto.DiffResponse().setChanges(proto.DiffResponse.DiffChanges.DIFF_NONE)),
      // Only a provider of components must take secrets; for the others the engine unwraps them and marks them again.
      configure: unary(() =>
        new proto.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(name === "eks"),
      ),
      check: unary((request: proto.CheckRequest) => new proto.CheckResponse().setInputs(request.getNews())),
      diff: unary(difference),
      create: unary((request: proto.CreateRequest) => this.create(request)),
      update: unary((request: proto.UpdateRequest) =>
        new proto.UpdateResponse().setProperties(
          struct({ ...properties(request.getOlds()), ...properties(request.getNews()) }),
        ),
      ),
      delete: unary((request: proto.DeleteRequest) => {
        this.deleted.push(request.getUrn());
        return new Empty();
      }),
      invoke: unary(async (request: proto.InvokeRequest) => {
        const answer = await this.cloud.invoke(request.getTok(), properties(request.getArgs()));
        return new proto.InvokeResponse().setReturn(struct(answer as Properties));
      }),
      construct: unary((request: proto.ConstructRequest) => this.construct(request)),
    };
  }

  private async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const inputs = properties(request.getProperties());
    const { id, outputs } = await this.cloud.create({
      type: request.getType(),
      name: request.getName(),
      inputs,
    });
    if (!request.getPreview()) {
      return new proto.CreateResponse()
        .setId(id)
        .setProperties(struct({ ...inputs, ...(outputs as Properties) }));
    }
    const unknown = Object.fromEntries(Object.keys(outputs).map((output) => [output, runtime.unknownValue]));
    return new proto.CreateResponse().setProperties(struct({ ...unknown, ...inputs }));
  }

  /** A remote component, without children. */
  private async construct(request: proto.ConstructRequest): Promise<proto.ConstructResponse> {
    const monitor = new ResourceMonitorClient(
      request.getMonitorendpoint(),
      grpc.credentials.createInsecure(),
    );
    try {
      const inputs = properties(request.getInputs());
      const component = new resource.RegisterResourceRequest()
        .setType(request.getType())
        .setName(request.getName())
        .setParent(request.getParent())
        .setObject(struct(inputs));
      const urn = await new Promise<string>((resolve, reject) => {
        monitor.registerResource(component, (error, response) =>
          error ? reject(error) : resolve(response.getUrn()),
        );
      });
      const { outputs } = await this.cloud.create({
        type: request.getType(),
        name: request.getName(),
        inputs,
      });
      return new proto.ConstructResponse().setUrn(urn).setState(struct(outputs as Properties));
    } finally {
      monitor.close();
    }
  }
}

function difference(request: proto.DiffRequest): proto.DiffResponse {
  const [before, after] = [properties(request.getOldInputs()), properties(request.getNews())];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  return new proto.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changed);
}

function properties(message: Struct | undefined): Properties {
  return message?.toJavaScript() ?? {};
}

/** Drops what is undefined, which a Struct can't hold. */
function struct(values: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(values)) as Properties);
}
