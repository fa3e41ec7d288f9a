import { Command, InvalidArgumentError, Option } from "commander";
import Table from "cli-table3";
import { existsSync } from "node:fs";
import path from "node:path";
import { PolicyPack } from "../local/policyPack";
import { readProject } from "../local/stack";
import { spinnerProgress } from "./progress";
import { rehearse } from "./rehearsal";
import type { Figure } from "./stage";
import { Workspace } from "./workspace";

const root = path.resolve(__dirname, "..");
const pythonBin = path.join(root, ".venv", "bin");

const command = new Command("sandbox")
  .description(
    "Runs a stack's program in an emulated AWS that enforces IAM, starts real servers sealed by its KMS from the settings it\n" +
      "rendered, kills them and sees them come back. Exit status: 0 if everything held, 1 if not, 2 for a wrong option.",
  )
  .option("--stack <name>", "the stack whose configuration is used (Pulumi.NAME.yaml)", "prod")
  .addOption(
    new Option("--server <name>", "the server to run: the pinned OpenBao, or the vault on PATH")
      .choices(["openbao", "vault"])
      .default("openbao"),
  )
  .option("--project <directory>", "the Pulumi project", existingProject, root)
  .option("--json", "print the figures as JSON")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

/** The server's program, asked for before anything starts. */
function serverBinary(server: "openbao" | "vault"): string {
  if (server === "openbao") return path.join(pythonBin, "bao");
  const found = (process.env.PATH ?? "")
    .split(path.delimiter)
    .map((directory) => path.join(directory, "vault"))
    .find(existsSync);
  return found ?? command.error("error: option '--server vault': there is no vault on PATH", { exitCode: 2 });
}

function existingProject(directory: string): string {
  const project = path.resolve(directory);
  if (!existsSync(path.join(project, "Pulumi.yaml")))
    throw new InvalidArgumentError("there is no Pulumi.yaml in it");
  return project;
}

async function main(): Promise<void> {
  const options = command
    .parse()
    .opts<{ stack: string; server: "openbao" | "vault"; project: string; json?: true }>();
  const binary = serverBinary(options.server);
  const workspace = await Workspace.create();
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => void workspace.close().finally(() => process.exit(status)));
  }
  try {
    const { name } = await readProject(options.project);
    const policyPack = PolicyPack.start(path.join(root, "policy-pack"), name, options.stack);
    // Whether it started is asked when it is needed.
    policyPack.catch(() => undefined);
    workspace.ending(async () => (await policyPack.catch(() => undefined))?.stop());
    const figures = await rehearse(
      {
        project: options.project,
        stack: options.stack,
        policyPack,
        pythonBin,
        serverBinary: binary,
      },
      workspace,
      spinnerProgress(),
    );
    print({ held: true, stack: options.stack, figures }, options.json);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (options.json) print({ held: false, stack: options.stack, error: message }, true);
    process.stderr.write(`\nsandbox: ${message}\n`);
    process.exitCode = 1;
  } finally {
    await workspace.close();
  }
}

type Outcome = { stack: string } & ({ held: true; figures: Figure[] } | { held: false; error: string });

function print(outcome: Outcome, json?: true): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
  } else if (outcome.held) {
    const table = new Table({
      head: ["what happened", "seconds", "objective", "what was seen"],
      colWidths: [46, 9, 11, 70],
      wordWrap: true,
      style: { head: [], border: [] },
    });
    for (const { event, seen, seconds, objectiveSeconds } of outcome.figures) {
      table.push([event, seconds?.toFixed(1) ?? "", objectiveSeconds ? `${objectiveSeconds} s` : "", seen]);
    }
    process.stdout.write(`\n${table.toString()}\nEverything held.\n`);
  }
}

void main();
