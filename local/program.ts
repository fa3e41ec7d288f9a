import { build } from "esbuild";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import type { RegisteredResource } from "./registeredResource";
import { ResourceMonitor, type Cloud } from "./resourceMonitor";
import type { Project, StackConfiguration } from "./stack";
import { plain } from "./wire";

export interface ProgramRun {
  /** Every resource the program registered, in order; the stack itself left out. */
  resources: RegisteredResource[];
  /** The stack's outputs. */
  outputs: Record<string, unknown>;
}

/** The program ended with an error. The message is what it, or the Pulumi SDK for it, reported. */
export class ProgramError extends Error {
  public constructor(
    message: string,
    /** What the program had registered by then. */
    public readonly resources: RegisteredResource[],
  ) {
    super(message);
    this.name = "ProgramError";
  }
}

/**
 * Runs a Pulumi program without the CLI, in a process of its own that talks to a monitor of ours.
 *
 * The program is bundled into one JavaScript file, its packages left out; so `__dirname` in it is another directory than usual.
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
  // Among the project's packages, so that the program finds them.
  const directory = await mkdtemp(path.join(project.directory, "node_modules", ".program-"));
  try {
    const file = path.join(directory, "program.cjs");
    const [address] = await Promise.all([monitor.start(), bundle(project, file)]);
    const program = spawn(process.execPath, [file], {
      cwd: project.directory,
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(configuration.values),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(configuration.secretKeys),
        PULUMI_NODEJS_ENGINE: address,
        PULUMI_NODEJS_MONITOR: address,
        PULUMI_NODEJS_PARALLEL: "16",
        PULUMI_NODEJS_PROJECT: project.name,
        PULUMI_NODEJS_STACK: stack,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed: Buffer[] = [];
    program.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
    program.stderr.on("data", (chunk: Buffer) => printed.push(chunk));
    const [status] = (await once(program, "close")) as [number | null];

    const resources = monitor.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
    if (status !== 0 || monitor.errors.length > 0) {
      const said = monitor.errors.join("\n") || Buffer.concat(printed).toString().trim();
      throw new ProgramError(said || `the program ended with status ${status}`, resources);
    }
    const root = monitor.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    return { resources, outputs: plain(root?.outputs ?? {}) };
  } finally {
    monitor.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function bundle(project: Project, outfile: string): Promise<void> {
  const launcher = path.join(__dirname, "launcher.ts");
  const main = path.resolve(project.directory, project.main);
  await build({
    stdin: {
      contents: `require(${JSON.stringify(launcher)}).launch(() => require(${JSON.stringify(main)}))`,
      resolveDir: project.directory,
    },
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
    outfile,
    logLevel: "silent",
  });
}
