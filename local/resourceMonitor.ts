import * as grpc from "@grpc/grpc-js";
import { randomUUID } from "node:crypto";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engineProto from "@pulumi/pulumi/proto/engine_pb";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { unary } from "./grpcHandler";
import type { RegisteredResource, WireProperties } from "./registeredResource";
import { plain } from "./wire";

/** What makes resources and answers lookups: the part of Pulumi's providers. */
export interface Cloud {
  /**
   * Makes a resource, or a remote component with all its children.
   *
   * @param inputs as the program gave them, secrets unwrapped.
   * @returns the provider's id and its outputs; inputs that are no outputs are kept.
   * @throws Error for a type it can't make.
   */
  create(resource: { type: string; name: string; inputs: Record<string, unknown> }): Promise<Created>;
  /**
   * Answers a lookup.
   *
   * @throws Error for a lookup it doesn't know.
   */
  invoke(token: string, args: Record<string, unknown>): Promise<Record<string, unknown>>;
}

export interface Created {
  id: string;
  outputs: Record<string, unknown>;
}

const features = new Set(["secrets", "resourceReferences", "aliasSpecs", "deletedWith"]);

/**
 * The side of the engine that a running program talks to: Pulumi's ResourceMonitor and Engine services, on a free loopback port.
 * Every registration goes to the cloud at once and is kept as it came, with its parent, its protection and its dependencies.
 *
 * @see https://github.com/pulumi/pulumi/blob/master/proto/pulumi/resource.proto
 */
export class ResourceMonitor {
  /** In the order of their registration. */
  public readonly resources: RegisteredResource[] = [];
  /** What the program, or the SDK for it, logged as an error. */
  public readonly errors: string[] = [];
  private readonly server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  private rootUrn = "";

  public constructor(
    private readonly project: string,
    private readonly stack: string,
    private readonly cloud: Cloud,
  ) {}

  /** @returns the address, `127.0.0.1:PORT`. */
  public async start(): Promise<string> {
    this.server.addService(ResourceMonitorService, {
      supportsFeature: unary((request: proto.SupportsFeatureRequest) =>
        new proto.SupportsFeatureResponse().setHassupport(features.has(request.getId())),
      ),
      registerResource: unary((request: proto.RegisterResourceRequest) => this.register(request)),
      registerResourceOutputs: unary((request: proto.RegisterResourceOutputsRequest) =>
        this.registerOutputs(request),
      ),
      invoke: unary((request: proto.ResourceInvokeRequest) => this.invoke(request)),
      signalAndWaitForShutdown: unary(() => new Empty()),
    });
    this.server.addService(EngineService, {
      log: unary((request: engineProto.LogRequest) => this.log(request)),
      getRootResource: unary(() => new engineProto.GetRootResourceResponse().setUrn(this.rootUrn)),
      setRootResource: unary((request: engineProto.SetRootResourceRequest) => {
        this.rootUrn = request.getUrn();
        return new engineProto.SetRootResourceResponse();
      }),
    });
    const port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return `127.0.0.1:${port}`;
  }

  public stop(): void {
    this.server.forceShutdown();
  }

  private async register(request: proto.RegisterResourceRequest): Promise<proto.RegisterResourceResponse> {
    const type = request.getType();
    const name = request.getName();
    const inputs = (request.getObject()?.toJavaScript() ?? {}) as WireProperties;
    const urn = this.urn(request.getParent(), type, name);
    if (this.resources.some((resource) => resource.urn === urn))
      throw new Error(`duplicate resource URN "${urn}"`);
    const resource: RegisteredResource = {
      urn,
      type,
      name,
      id: "",
      custom: request.getCustom(),
      parent: request.getParent(),
      provider: request.getProvider(),
      inputs,
      outputs: {},
      dependencies: request.getDependenciesList(),
      propertyDependencies: Object.fromEntries(
        request
          .getPropertydependenciesMap()
          .toArray()
          .map(([property]) => [
            property,
            request.getPropertydependenciesMap().get(property)?.getUrnsList() ?? [],
          ]),
      ),
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      ignoreChanges: request.getIgnorechangesList(),
      aliases: request.getAliasesList().map((alias) => alias.getUrn()),
    };
    this.resources.push(resource);
    if (resource.custom || request.getRemote()) {
      const { id, outputs } = await this.create(resource);
      // A component made elsewhere has no id, and only the outputs that its provider gives.
      resource.id = resource.custom ? id : "";
      resource.outputs = { ...(resource.custom && inputs), ...(outputs as WireProperties) };
    }
    return new proto.RegisterResourceResponse()
      .setUrn(urn)
      .setId(resource.id)
      .setObject(Struct.fromJavaScript(resource.outputs));
  }

  private async create({ type, name, inputs }: RegisteredResource): Promise<Created> {
    if (type.startsWith("pulumi:providers:")) return { id: randomUUID(), outputs: {} };
    return this.cloud.create({ type, name, inputs: plain(inputs) });
  }

  private registerOutputs(request: proto.RegisterResourceOutputsRequest): Empty {
    const resource = this.resources.find(({ urn }) => urn === request.getUrn());
    if (resource) resource.outputs = (request.getOutputs()?.toJavaScript() ?? {}) as WireProperties;
    return new Empty();
  }

  private async invoke(request: proto.ResourceInvokeRequest): Promise<InvokeResponse> {
    const args = plain((request.getArgs()?.toJavaScript() ?? {}) as WireProperties);
    const result = await this.cloud.invoke(request.getTok(), args);
    return new InvokeResponse().setReturn(Struct.fromJavaScript(result as WireProperties));
  }

  private log(request: engineProto.LogRequest): Empty {
    if (request.getSeverity() === engineProto.LogSeverity.ERROR) this.errors.push(request.getMessage());
    return new Empty();
  }

  private urn(parent: string, type: string, name: string): string {
    const parentType = parent.split("::")[2];
    const types = !parentType || parentType === "pulumi:pulumi:Stack" ? type : `${parentType}$${type}`;
    return `urn:pulumi:${this.stack}::${this.project}::${types}::${name}`;
  }
}
