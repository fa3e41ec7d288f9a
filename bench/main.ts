import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { runProgram } from "../local/program";
import { readProject, readStackConfiguration } from "../local/stack";
import { awsClients, rootCredentials, type AwsClients } from "../sandbox/aws/clients";
import { ClusterStandIn } from "../sandbox/aws/clusterStandIn";
import { EmulatedCloud } from "../sandbox/aws/emulatedCloud";
import { Emulator } from "../sandbox/aws/emulator";
import { killAndStart } from "../sandbox/drills/allKilled";
import { readRelease, type Release } from "../sandbox/servers/releaseValues";
import { VaultCluster } from "../sandbox/servers/vaultCluster";
import { timed } from "../sandbox/stage";
import { until } from "../sandbox/waiting";
import { Workspace } from "../sandbox/workspace";
import { plain } from "../local/wire";
import { PlausibleCloud } from "../tests/support/plausibleCloud";
import { minimalConfiguration } from "./minimalConfiguration";

const root = path.resolve(__dirname, "..");
const pythonBin = path.join(root, ".venv", "bin");
const rounds = 5;

async function main(): Promise<void> {
  await compareProgram();
  await compareServers();
}

/** The whole program of stack prod beside a process that only imports the SDK. */
async function compareProgram(): Promise<void> {
  const project = await readProject(root);
  const configuration = await readStackConfiguration(project, "prod");
  const whole: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    whole.push(
      await timed(async () => void (await runProgram(project, "prod", configuration, new PlausibleCloud()))),
    );
    bare.push(await timed(importSdk));
  }
  report("whole program / bare import of @pulumi/pulumi", whole, bare, 3);
}

async function importSdk(): Promise<void> {
  const child = spawn(process.execPath, ["-e", 'require("@pulumi/pulumi")'], { cwd: root, stdio: "ignore" });
  await once(child, "close");
}

/** Kill to serving with our configuration beside a minimal one, each with as many servers and the same timing of raft. */
async function compareServers(): Promise<void> {
  const workspace = await Workspace.create();
  try {
    const region = "ap-northeast-2";
    const emulator = await Emulator.start(pythonBin, workspace.directory, region);
    workspace.ending(() => emulator.stop());
    const aws = awsClients(emulator.endpoint, region, rootCredentials);
    const cluster = await ClusterStandIn.create(aws, region, "prod");
    const release = await releaseOf(aws, cluster);
    const place = async (name: string, configuration: string) => {
      const placed = await VaultCluster.place({ ...release, configuration, fullName: name }, aws, cluster, {
        binary: path.join(pythonBin, "bao"),
        directory: workspace.directory,
        kmsEndpoint: emulator.endpoint,
      });
      workspace.ending(() => placed.stop());
      await initialize(placed);
      return placed;
    };
    const ours = await place("vault", release.configuration);
    const minimal = await place("minimal", minimalConfiguration(release.configuration, "minimal"));
    const times = { ours: [] as number[], minimal: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      times.ours.push((await killAndStart(ours)).serving);
      times.minimal.push((await killAndStart(minimal)).serving);
    }
    report("kill to serving, ours / minimal configuration", times.ours, times.minimal, 1.1);
  } finally {
    await workspace.close();
  }
}

async function releaseOf(aws: AwsClients, cluster: ClusterStandIn): Promise<Release> {
  const project = await readProject(root);
  const configuration = await readStackConfiguration(project, "prod");
  const { nodeSecurityGroupId } = cluster;
  configuration.values[`${project.name}:cluster`] = JSON.stringify({ name: "prod", nodeSecurityGroupId });
  const { resources } = await runProgram(project, "prod", configuration, new EmulatedCloud(aws, cluster));
  const release = resources.find(({ type }) => type === "kubernetes:helm.sh/v3:Release");
  return readRelease(plain(release?.inputs ?? {}));
}

async function initialize(servers: VaultCluster): Promise<void> {
  await servers.start();
  const { api } = servers.first;
  await until("the first server to answer", 30, async () =>
    (await api.health().catch(() => undefined)) === "uninitialized" ? true : undefined,
  );
  const { rootToken } = await api.initialize({ recovery_shares: 1, recovery_threshold: 1 });
  await servers.untilServing(30);
  await servers.untilVoting(60, () => api.withToken(rootToken).raftVoters());
}

function report(what: string, measured: number[], beside: number[], limit: number): void {
  const ratio = median(measured) / median(beside);
  const seconds = (values: number[]) => values.map((value) => value.toFixed(2)).join(" ");
  process.stdout.write(
    `${what}: ${ratio.toFixed(2)} (to reach: at most ${limit})\n  ${seconds(measured)} s\n  ${seconds(beside)} s\n`,
  );
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

void main();
