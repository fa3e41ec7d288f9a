import type * as grpc from "@grpc/grpc-js";
import { runtime } from "@pulumi/pulumi";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isDeepStrictEqual } from "node:util";
import type { WireProperties } from "../../../local/registeredResource";
import type { Cloud } from "../../../local/resourceMonitor";
import { plain } from "../../../local/wire";
import { construct } from "./construct";
import { replacedOnChangeOf } from "./replacements";

/** A resource that the engine had a double make or delete. */
export interface Call {
  method: "create" | "update" | "delete" | "construct";
  type: string;
  name: string;
}

/**
 * The part of Pulumi's provider protocol that a preview, an update and a destroy need; what is left out answers UNIMPLEMENTED.
 *
 * @see https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
 */
export function providerService(cloud: Cloud, calls: Call[]): grpc.UntypedServiceImplementation {
  const done = unary(() => new Empty());
  return {
    attach: done,
    cancel: done,
    getPluginInfo: unary(() => new PluginInfo()),
    checkConfig: unary((request: proto.CheckRequest) => new proto.CheckResponse().setInputs(request.getNews())),
    diffConfig: unary(diff),
    configure: unary(() => new proto.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(true)),
    check: unary((request: proto.CheckRequest) => new proto.CheckResponse().setInputs(request.getNews())),
    diff: unary(diff),

    create: unary(async (request: proto.CreateRequest) => {
      const [type, name] = [request.getType(), request.getName()];
      const inputs = properties(request.getProperties());
      const { id, outputs } = await cloud.create({ type, name, inputs: plain(inputs) });
      if (request.getPreview()) {
        const unknown = Object.fromEntries(Object.keys(outputs).map((output) => [output, runtime.unknownValue]));
        return new proto.CreateResponse().setProperties(struct({ ...inputs, ...unknown }));
      }
      calls.push({ method: "create", type, name });
      return new proto.CreateResponse().setId(id).setProperties(struct({ ...inputs, ...outputs }));
    }),

    update: unary((request: proto.UpdateRequest) => {
      if (!request.getPreview()) calls.push({ method: "update", type: request.getType(), name: request.getName() });
      const [olds, news] = [properties(request.getOlds()), properties(request.getNews())];
      return new proto.UpdateResponse().setProperties(struct({ ...olds, ...news }));
    }),

    delete: unary((request: proto.DeleteRequest) => {
      calls.push({ method: "delete", type: request.getType(), name: request.getName() });
      return new Empty();
    }),

    construct: unary((request: proto.ConstructRequest) => construct(request, cloud, calls)),

    invoke: unary(async (request: proto.InvokeRequest) => {
      const result = await cloud.invoke(request.getTok(), plain(properties(request.getArgs())));
      return new proto.InvokeResponse().setReturn(struct(result));
    }),
  };
}

function diff(request: proto.DiffRequest): proto.DiffResponse {
  const [olds, news] = [properties(request.getOldInputs()), properties(request.getNews())];
  const changed = Object.keys({ ...olds, ...news }).filter((name) => !isDeepStrictEqual(olds[name], news[name]));
  const type = request.getUrn().split("::")[2]?.split("$").at(-1) ?? "";
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  return new proto.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changed)
    .setReplacesList(changed.filter((name) => replacedOnChangeOf[type]?.includes(name)));
}

export function properties(object: Struct | undefined): WireProperties {
  return (object?.toJavaScript() ?? {}) as WireProperties;
}

export function struct(object: Record<string, unknown>): Struct {
  return Struct.fromJavaScript(object as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** A gRPC handler from a function; what it throws becomes the call's error. */
function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(handle)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(error as Error),
      );
  };
}
