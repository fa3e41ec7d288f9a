import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { providerService } from "/work/main/tests/engine/doubles/providerService";
import { PlausibleCloud } from "/work/main/tests/support/plausibleCloud";
import { spawn } from "node:child_process";
const calls: any[] = [];
const server = new grpc.Server();
server.addService(ResourceProviderService, providerService(new PlausibleCloud(), calls));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (e, port) => {
  const child = spawn(process.argv[2]!, process.argv.slice(3), {stdio: "inherit", env: {...process.env, PULUMI_DEBUG_PROVIDERS: ["aws","kubernetes","eks"].map(n=>`${n}:${port}`).join(",")}});
  child.on("close", (c) => { console.log(JSON.stringify(calls)); server.forceShutdown(); process.exitCode = c ?? 1; });
});
