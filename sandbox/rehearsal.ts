import { randomBytes } from "node:crypto";
import type { PolicyPack } from "../local/policyPack";
import { runProgram, type ProgramRun } from "../local/program";
import { readProject, readStackConfiguration } from "../local/stack";
import { plain } from "../local/wire";
import { awsClients, rootCredentials, type AwsClients } from "./aws/clients";
import { ClusterStandIn } from "./aws/clusterStandIn";
import { EmulatedCloud } from "./aws/emulatedCloud";
import { Emulator } from "./aws/emulator";
import { checkGrants } from "./aws/grants";
import { readBack } from "./aws/readBack";
import { allKilled } from "./drills/allKilled";
import { decryptTaken } from "./drills/decryptTaken";
import { keyDisabled } from "./drills/keyDisabled";
import { nodeLost } from "./drills/nodeLost";
import { otherServiceAccount } from "./drills/otherServiceAccount";
import type { Progress } from "./progress";
import { readRelease, type Release } from "./servers/releaseValues";
import { VaultApiError } from "./servers/vaultApi";
import { VaultCluster } from "./servers/vaultCluster";
import { timed, unsealObjectiveSeconds, type Figure, type Stage } from "./stage";
import { until } from "./waiting";
import type { Workspace } from "./workspace";

export interface RehearsalOptions {
  /** The Pulumi project: the directory of Pulumi.yaml. */
  project: string;
  stack: string;
  /** The policy pack; it may start while the program runs. */
  policyPack: Promise<PolicyPack>;
  /** The bin directory of the virtual environment with the emulator in it. */
  pythonBin: string;
  /** The server's program, `bao` or `vault`. */
  serverBinary: string;
}

/**
 * Runs a stack's program in an emulated AWS, starts real servers from what it rendered, and puts them through the drills.
 *
 * @returns what happened, step by step.
 * @throws Error for the first thing that did not hold.
 */
export async function rehearse(
  options: RehearsalOptions,
  workspace: Workspace,
  { step }: Progress,
): Promise<Figure[]> {
  const project = await readProject(options.project);
  const configuration = await readStackConfiguration(project, options.stack);
  const region = configuration.values["aws:region"] ?? "us-east-1";

  const emulator = await step("AWS emulator, IAM enforced", async (say) => {
    const started = await Emulator.start(options.pythonBin, workspace.directory, region);
    workspace.ending(() => started.stop());
    say(`region ${region}, ${started.endpoint}`);
    return started;
  });
  const aws = awsClients(emulator.endpoint, region, rootCredentials);
  const clusterSettings = existingCluster(configuration.values[`${project.name}:cluster`]);
  const cluster = await ClusterStandIn.create(aws, region, clusterSettings?.name ?? "sandbox");

  const run = await step(`index.ts with the configuration of stack ${options.stack}`, async (say) => {
    if (clusterSettings?.nodeSecurityGroupId) {
      say(
        `cluster.nodeSecurityGroupId: ${clusterSettings.nodeSecurityGroupId} -> ${cluster.nodeSecurityGroupId}`,
      );
      const values = { ...clusterSettings, nodeSecurityGroupId: cluster.nodeSecurityGroupId };
      configuration.values[`${project.name}:cluster`] = JSON.stringify(values);
    }
    const cloud = new EmulatedCloud(aws, cluster);
    const done = await runProgram(project, options.stack, configuration, cloud);
    for (const { type, id } of cloud.made) say(`made ${type} ${id}`);
    for (const { type, id } of done.resources.filter(({ type: each }) => each.startsWith("kubernetes:")))
      say(`recorded ${type} ${id}`);
    return done;
  });

  await step("policy pack", async (say) => {
    const verdict = await (await options.policyPack).evaluate(run.resources);
    say(`${verdict.packName} ${verdict.packVersion}: ${verdict.policies.join(", ")}`);
    if (verdict.notApplicable.length > 0) say(`nothing to judge: ${verdict.notApplicable.join(", ")}`);
    const lines = verdict.violations.map(
      ({ enforcementLevel, policyName, urn, message }) =>
        `${enforcementLevel} ${policyName}, ${urn.split("::").at(-1) ?? urn}: ${message}`,
    );
    lines.forEach(say);
    const refusals = lines.filter((line) => line.startsWith("mandatory"));
    if (refusals.length > 0) throw new Error(`the policy pack refuses the program:\n${refusals.join("\n")}`);
  });

  const release = readRelease(inputsOf(run, "kubernetes:helm.sh/v3:Release"));
  const keyId = String(run.outputs.keyId);
  const roleName = release.roleArn.split("/").at(-1) ?? "";
  const servers = await step(`${release.replicas} real server(s) from the release's values`, async (say) => {
    const placed = await VaultCluster.place(release, aws, cluster, {
      binary: options.serverBinary,
      directory: workspace.directory,
      kmsEndpoint: emulator.endpoint,
    });
    workspace.ending(() => placed.stop());
    for (const { setting, from, to } of placed.replacements) say(`${setting}: ${from} -> ${to}`);
    return placed;
  });

  await step("what AWS holds, and what the role may do", async (say) => {
    const injector = run.resources.some(({ type }) => type === "vault-auto-unseal:index:InjectorWebhookRule");
    const aliasName = run.outputs.aliasName as string | undefined;
    for (const line of await readBack(aws, { keyId, aliasName, injector, cluster })) say(line);
    const role = awsClients(emulator.endpoint, region, await servers.first.credentials.assumeRole());
    say(
      `AssumeRoleWithWebIdentity as system:serviceaccount:${release.namespace}:${release.serviceAccountName}: ${roleName}`,
    );
    for (const line of await checkGrants(aws, role.kms, keyId, roleName)) say(line);
  });

  const { figures, stage } = await initialized(release, servers, aws, { keyId, roleName }, step);
  figures.push(...(await step("every server killed with SIGKILL", () => allKilled(stage))));
  figures.push(...(await step("drill: token of another service account", () => otherServiceAccount(stage))));
  figures.push(...(await step("drill: kms:Decrypt taken from the role", () => decryptTaken(stage))));
  figures.push(...(await step("drill: key disabled", () => keyDisabled(stage))));
  figures.push(...(await step("drill: one node lost", () => nodeLost(stage))));
  const slow = figures.filter(({ seconds = 0, objectiveSeconds = Infinity }) => seconds > objectiveSeconds);
  if (slow.length > 0)
    throw new Error(`over the objective: ${slow.map(({ event }) => event.trim()).join(", ")}`);
  return figures;
}

async function initialized(
  release: Release,
  servers: VaultCluster,
  aws: AwsClients,
  { keyId, roleName }: { keyId: string; roleName: string },
  step: Progress["step"],
): Promise<{ figures: Figure[]; stage: Stage }> {
  const { api } = servers.first;
  const refusal = await step("key shares asked for", async () => {
    await servers.start();
    await until("the first server to answer", 30, async () => {
      if (!servers.first.running) throw new Error(await servers.first.epitaph());
      return (await api.health().catch(() => undefined)) === "uninitialized" ? true : undefined;
    });
    return api.initialize({ secret_shares: 5, secret_threshold: 3 }).then(
      () => {
        throw new Error("the server gave out unseal keys: it is not sealed by KMS");
      },
      (error: unknown) => {
        if (error instanceof VaultApiError && /not applicable to seal type/.test(error.message))
          return error.message;
        throw error;
      },
    );
  });
  const figures: Figure[] = [{ event: "init asking for key shares", seen: `refused: ${refusal}` }];

  const secret = { value: randomBytes(16).toString("hex") };
  const { recoveryKeys, rootToken } = await step(`initialised one of ${release.replicas}`, async () => {
    const given = await api.initialize({ recovery_shares: 5, recovery_threshold: 3 });
    const seconds = await timed(async () => {
      await servers.untilUnsealed(unsealObjectiveSeconds);
      await servers.untilServing(unsealObjectiveSeconds);
    });
    figures.push({
      event: "one server initialised",
      seen: `${given.recoveryKeys.length} recovery keys; ${release.replicas} of ${release.replicas} unsealed and serving, by themselves`,
      seconds,
      objectiveSeconds: unsealObjectiveSeconds,
    });
    return given;
  });
  if (recoveryKeys.length !== 5) throw new Error(`init gave ${recoveryKeys.length} recovery keys, not 5`);

  const active = async () => {
    const server = await servers.active();
    if (!server) throw new Error("no server is active");
    return server.api.withToken(rootToken);
  };
  await step("a secret written", async () => {
    const vault = await active();
    await vault.enableKeyValue("sandbox");
    await vault.write("sandbox/secret", secret);
  });
  const voters = async () => (await active()).raftVoters();
  await step("every member votes", async () => {
    // A member that has joined gets its vote once it has been stable for a while; until then no leader may be lost.
    const seconds = await timed(() => servers.untilVoting(60, voters));
    const mayBeLost = (release.replicas - 1) / 2;
    figures.push({
      event: "every member votes",
      seen: `${mayBeLost} of ${release.replicas} may be lost from now on`,
      seconds,
    });
  });
  const stage: Stage = {
    aws,
    release,
    servers,
    keyId,
    roleName,
    voters,
    checkSecret: async () => {
      const read = await (await active()).read("sandbox/secret");
      if (read.value !== secret.value)
        throw new Error("the secret read back is not the one that was written");
    },
  };
  return { figures, stage };
}

function existingCluster(
  setting: string | undefined,
): { name: string; nodeSecurityGroupId?: string } | undefined {
  return setting === undefined
    ? undefined
    : (JSON.parse(setting) as { name: string; nodeSecurityGroupId?: string });
}

function inputsOf(run: ProgramRun, type: string): Record<string, unknown> {
  const found = run.resources.filter((resource) => resource.type === type);
  const [resource] = found;
  if (found.length !== 1 || !resource)
    throw new Error(`the program registered ${found.length} resources of type ${type}, not one`);
  return plain(resource.inputs);
}
