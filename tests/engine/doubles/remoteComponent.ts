import * as grpc from "@grpc/grpc-js";
import type * as proto from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  type RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { struct } from "./struct";

/**
 * Registers a remote component with the engine, as its provider does, but without children.
 *
 * @returns its URN.
 */
export async function registerComponent(
  request: proto.ConstructRequest,
  outputs: Record<string, unknown>,
): Promise<string> {
  const monitor = new ResourceMonitorClient(request.getMonitorendpoint(), grpc.credentials.createInsecure());
  try {
    const component = new RegisterResourceRequest()
      .setType(request.getType())
      .setName(request.getName())
      .setParent(request.getParent())
      .setDependenciesList(request.getDependenciesList())
      .setObject(request.getInputs());
    const registered = await answered<RegisterResourceResponse>((answer) =>
      monitor.registerResource(component, answer),
    );
    const urn = registered.getUrn();
    const completed = new RegisterResourceOutputsRequest().setUrn(urn).setOutputs(struct(outputs));
    await answered((answer) => monitor.registerResourceOutputs(completed, answer));
    return urn;
  } finally {
    monitor.close();
  }
}

function answered<Response>(
  call: (answer: (error: grpc.ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(error) : resolve(response)));
  });
}
