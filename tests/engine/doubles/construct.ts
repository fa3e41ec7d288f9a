import * as grpc from "@grpc/grpc-js";
import { runtime } from "@pulumi/pulumi";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  type RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import type { Cloud } from "../../../local/resourceMonitor";
import { plain } from "../../../local/wire";
import { properties, struct, type Call } from "./providerService";

/** Makes a remote component as its provider would, but without children: registers it with the engine and gives its outputs. */
export async function construct(request: proto.ConstructRequest, cloud: Cloud, calls: Call[]): Promise<proto.ConstructResponse> {
  const [type, name] = [request.getType(), request.getName()];
  const { outputs } = await cloud.create({ type, name, inputs: plain(properties(request.getInputs())) });
  if (!request.getDryrun()) calls.push({method: "construct", type, name});
  const known = request.getDryrun()
    ? Object.fromEntries(Object.keys(outputs).map((output) => [output, runtime.unknownValue]))
    : outputs;
  const monitor = new ResourceMonitorClient(request.getMonitorendpoint(), grpc.credentials.createInsecure());
  try {
    const component = new RegisterResourceRequest()
      .setType(type)
      .setName(name)
      .setParent(request.getParent())
      .setDependenciesList(request.getDependenciesList())
      .setObject(request.getInputs());
    const urn = await new Promise<string>((resolve, reject) =>
      monitor.registerResource(component, (error: grpc.ServiceError | null, response: RegisterResourceResponse) =>
        error ? reject(error) : resolve(response.getUrn()),
      ),
    );
    const registered = new RegisterResourceOutputsRequest().setUrn(urn).setOutputs(struct(known));
    await new Promise<void>((resolve, reject) =>
      monitor.registerResourceOutputs(registered, (error) => (error ? reject(error) : resolve())),
    );
    return new proto.ConstructResponse().setUrn(urn).setState(struct(known));
  } finally {
    monitor.close();
  }
}
