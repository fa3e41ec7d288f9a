import { execFile, execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { PlausibleCloud } from "../support/plausibleCloud";
import { ProviderDoubles } from "./providerDouble";

const root = path.resolve(__dirname, "..", "..");

export interface CliResult {
  status: number;
  output: string;
}

/** Whether there is a Pulumi CLI on PATH. */
export function hasPulumi(): boolean {
  try {
    execFileSync("pulumi", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A copy of the program in a directory of its own, with a local state backend, the provider doubles and the CLI. */
export class PulumiCli {
  private constructor(
    public readonly directory: string,
    public readonly providers: ProviderDoubles,
    private readonly env: Record<string, string>,
  ) {}

  public static async create(): Promise<PulumiCli> {
    const directory = await mkdtemp(path.join(tmpdir(), "engine-"));
    for (const name of [
      "components",
      "policy-pack",
      "cluster.ts",
      "config.ts",
      "index.ts",
      "package.json",
      "tsconfig.json",
    ]) {
      await cp(path.join(root, name), path.join(directory, name), { recursive: true });
    }
    for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"]) {
      await cp(path.join(root, name), path.join(directory, name));
    }
    await symlink(path.join(root, "node_modules"), path.join(directory, "node_modules"));
    await mkdir(path.join(directory, "state"));
    const providers = new ProviderDoubles(new PlausibleCloud());
    return new PulumiCli(directory, providers, {
      PATH: process.env.PATH ?? "",
      HOME: path.join(directory, "home"),
      PULUMI_HOME: path.join(directory, "home"),
      PULUMI_BACKEND_URL: `file://${path.join(directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "engine tests",
      PULUMI_DEBUG_PROVIDERS: await providers.start(),
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NO_COLOR: "1",
    });
  }

  public async remove(): Promise<void> {
    this.providers.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Runs the CLI, and resolves however it ends. */
  public run(...args: string[]): Promise<CliResult> {
    return new Promise((resolve) => {
      const options = { cwd: this.directory, env: this.env, maxBuffer: 1 << 26 };
      execFile("pulumi", [...args, "--non-interactive"], options, (error, stdout, stderr) => {
        resolve({ status: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` });
      });
    });
  }

  /** Changes a setting in the stack's file. */
  public async configure(
    stack: string,
    name: string,
    change: (value: Record<string, unknown>) => unknown,
  ): Promise<void> {
    const file = path.join(this.directory, `Pulumi.${stack}.yaml`);
    const contents = parse(await readFile(file, "utf8")) as { config: Record<string, unknown> };
    const key = `vault-auto-unseal:${name}`;
    contents.config[key] = change((contents.config[key] ?? {}) as Record<string, unknown>);
    await writeFile(file, stringify(contents));
  }
}
