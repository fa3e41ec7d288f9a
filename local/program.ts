import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import type { RegisteredResource } from "./registeredResource";
import { ResourceMonitor, type Cloud } from "./resourceMonitor";
import type { Project, StackConfiguration } from "./stack";
import { plain } from "./wire";

export interface ProgramRun {
  /** Every resource the program registered, in order. */
  resources: RegisteredResource[];
  /** The stack's outputs. */
  outputs: Record<string, unknown>;
}

/** The program ended with an error. The message is what it, or the Pulumi SDK for it, reported. */
export class ProgramError extends Error {
  public constructor(
    message: string,
    /** What the program had registered by then, the stack itself left out. */
    public readonly resources: RegisteredResource[],
  ) {
    super(message);
    this.name = "ProgramError";
  }
}

/**
 * Runs a Pulumi program without the CLI: with Pulumi's own launcher, as the CLI does, against a monitor of ours.
 *
 * @param cloud makes the resources.
 * @throws ProgramError if the program fails.
 */
export async function runProgram(
  project: Project,
  stack: string,
  configuration: StackConfiguration,
  cloud: Cloud,
): Promise<ProgramRun> {
  const monitor = new ResourceMonitor(project.name, stack, cloud);
  const address = await monitor.start();
  try {
    const launcher = createRequire(path.join(project.directory, "package.json")).resolve("@pulumi/pulumi/cmd/run");
    const flags = { monitor: address, engine: address, project: project.name, stack, pwd: project.directory, parallel: "16" };
    const program = spawn(
      process.execPath,
      [
        ...project.nodeArgs,
        launcher,
        ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
        project.main,
      ],
      {
        cwd: project.directory,
        env: {
          ...process.env,
          PULUMI_CONFIG: JSON.stringify(configuration.values),
          PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(configuration.secretKeys),
          PULUMI_NODEJS_TYPESCRIPT: "false",
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const printed: Buffer[] = [];
    program.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
    program.stderr.on("data", (chunk: Buffer) => printed.push(chunk));
    const end = once(program, "close") as Promise<[number | null]>;
    const [status] = await end;
    const registered = monitor.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
    if (status !== 0 || monitor.errors.length > 0) {
      const said = monitor.errors.length > 0 ? monitor.errors.join("\n") : Buffer.concat(printed).toString();
      throw new ProgramError(said.trim() || `the program ended with status ${status}`, registered);
    }
    const root = monitor.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    return { resources: registered, outputs: plain(root?.outputs ?? {}) };
  } finally {
    monitor.stop();
  }
}
