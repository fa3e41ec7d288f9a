import type * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { isDeepStrictEqual } from "node:util";
import { unary } from "../../../local/grpcHandler";
import type { Cloud } from "../../../local/resourceMonitor";
import { plain } from "../../../local/wire";
import { registerComponent } from "./remoteComponent";
import { replacedOnChangeOf } from "./replacements";
import { properties, struct, unknown } from "./struct";

/**
 * The part of Pulumi's provider protocol that a preview, an update and a destroy use; the rest answers UNIMPLEMENTED.
 *
 * @param changes gets every resource that is created, updated or deleted, e.g. "created vault-key"; previews aside.
 * @see https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
 */
export function providerService(
  version: string,
  cloud: Cloud,
  changes: string[],
): grpc.UntypedServiceImplementation {
  const empty = unary(() => new Empty());
  const check = unary((request: proto.CheckRequest) =>
    new proto.CheckResponse().setInputs(request.getNews()),
  );
  const constructed = new Set<string>();

  return {
    attach: empty,
    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
    configure: unary(() => new proto.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(true)),
    checkConfig: check,
    diffConfig: unary(diff),
    check,
    diff: unary(diff),

    create: unary(async (request: proto.CreateRequest) => {
      const inputs = properties(request.getProperties());
      const { id, outputs } = await cloud.create({
        type: request.getType(),
        name: request.getName(),
        inputs: plain(inputs),
      });
      if (request.getPreview())
        return new proto.CreateResponse().setProperties(struct({ ...inputs, ...unknown(outputs) }));
      changes.push(`created ${request.getName()}`);
      return new proto.CreateResponse().setId(id).setProperties(struct({ ...inputs, ...outputs }));
    }),

    update: unary((request: proto.UpdateRequest) => {
      if (!request.getPreview()) changes.push(`updated ${request.getName()}`);
      const outputs = { ...properties(request.getOlds()), ...properties(request.getNews()) };
      return new proto.UpdateResponse().setProperties(struct(outputs));
    }),

    delete: unary((request: proto.DeleteRequest) => {
      changes.push(`deleted ${request.getName()}`);
      return new Empty();
    }),

    construct: unary(async (request: proto.ConstructRequest) => {
      const { outputs } = await cloud.create({
        type: request.getType(),
        name: request.getName(),
        inputs: plain(properties(request.getInputs())),
      });
      // A component is constructed in every preview and update. From the first update on, its children are known.
      if (!request.getDryrun()) constructed.add(request.getName());
      const state = constructed.has(request.getName()) ? outputs : unknown(outputs);
      const urn = await registerComponent(request, state);
      return new proto.ConstructResponse().setUrn(urn).setState(struct(state));
    }),

    invoke: unary(async (request: proto.InvokeRequest) => {
      const result = await cloud.invoke(request.getTok(), plain(properties(request.getArgs())));
      return new proto.InvokeResponse().setReturn(struct(result));
    }),
  };
}

function diff(request: proto.DiffRequest): proto.DiffResponse {
  const [before, after] = [properties(request.getOldInputs()), properties(request.getNews())];
  const changed = Object.keys({ ...before, ...after }).filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  const type = request.getUrn().split("::")[2]?.split("$").at(-1) ?? "";
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  return new proto.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changed)
    .setReplacesList(changed.filter((name) => replacedOnChangeOf[type]?.includes(name)));
}
