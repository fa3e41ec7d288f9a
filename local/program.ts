import { build } from "esbuild";
import { spawn } from "node:child_process";
import { once } from "node:events";
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
  try {
    const [address, source] = await Promise.all([monitor.start(), bundled(project)]);
    // Read from standard input, so that its packages are looked for from the working directory.
    const program = spawn(process.execPath, ["--input-type=commonjs", "-"], {
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
    });
    const kill = () => program.kill("SIGKILL");
    process.once("exit", kill);
    program.stdin.end(source);
    const printed: Buffer[] = [];
    program.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
    program.stderr.on("data", (chunk: Buffer) => printed.push(chunk));
    const [status] = (await once(program, "close")) as [number | null];
    process.off("exit", kill);

    const resources = monitor.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
    if (status !== 0 || monitor.errors.length > 0) {
      const said = monitor.errors.join("\n") || Buffer.concat(printed).toString().trim();
      throw new ProgramError(said || `the program ended with status ${status}`, resources);
    }
    const root = monitor.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    return { resources, outputs: plain(root?.outputs ?? {}) };
  } finally {
    monitor.stop();
  }
}

/** The program and its launcher as one JavaScript text. */
async function bundled(project: Project): Promise<string> {
  const launcher = path.join(__dirname, "launcher.ts");
  const main = path.resolve(project.directory, project.main);
  const { outputFiles } = await build({
    stdin: {
      contents: `require(${JSON.stringify(launcher)}).launch(() => require(${JSON.stringify(main)}))`,
      resolveDir: project.directory,
    },
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}
