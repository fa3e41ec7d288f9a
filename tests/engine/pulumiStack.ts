import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { RegisteredResource } from "../../local/registeredResource";
import { PlausibleCloud } from "../support/plausibleCloud";
import { ProviderDoubles } from "./doubles/providerDoubles";

export const root = path.resolve(__dirname, "../..");

/** A suite that needs Pulumi's engine. Without a CLI it is reported as skipped, and why. */
export function describeWithEngine(title: string, suite: () => void): void {
  const directories = (process.env.PATH ?? "").split(path.delimiter);
  if (directories.some((directory) => existsSync(path.join(directory, "pulumi")))) describe(title, suite);
  else describe.skip(`${title} (skipped: no pulumi on PATH)`, suite);
}

/** A resource in a stack's state. */
export type StateResource = Partial<RegisteredResource> & Pick<RegisteredResource, "urn" | "type">;

/**
 * A stack of the program that the `pulumi` command works on, with provider doubles. Program, configuration, state and Pulumi's home
 * are in a temporary directory: nothing of the checkout or of the user's is read or written.
 */
export class PulumiStack {
  private constructor(
    /** A copy of the program. */
    public readonly program: string,
    private readonly directory: string,
    private readonly doubles: ProviderDoubles,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @param name of one of the program's stacks, whose configuration it gets. */
  public static async create(name: string): Promise<PulumiStack> {
    const directory = await mkdtemp(path.join(tmpdir(), "engine-"));
    const program = path.join(directory, "program");
    const home = path.join(directory, "home");
    const state = path.join(directory, "state");
    await Promise.all([mkdir(home), mkdir(state), copyProgram(program)]);
    const doubles = new ProviderDoubles(new PlausibleCloud());
    const stack = new PulumiStack(program, directory, doubles, {
      PATH: process.env.PATH,
      HOME: home,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_DEBUG_PROVIDERS: await doubles.start(),
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
    await stack.pulumi("stack", "init", name);
    return stack;
  }

  public async remove(): Promise<void> {
    this.doubles.stop();
    await rm(this.directory, { recursive: true });
  }

  /** @returns what the command printed. */
  public async pulumi(...args: string[]): Promise<string> {
    const { status, printed } = await this.run(args);
    assert.equal(status, 0, `pulumi ${args.join(" ")}\n${printed}`);
    return printed;
  }

  /** Asserts that the command fails. */
  public async pulumiFails(...args: string[]): Promise<string> {
    const { status, printed } = await this.run(args);
    assert.notEqual(status, 0, `pulumi ${args.join(" ")}\n${printed}`);
    return printed;
  }

  /** Sets a part of a setting, e.g. `key.rotationPeriodInDays`. */
  public async set(setting: string, value: string, ...options: string[]): Promise<void> {
    await this.pulumi("config", "set", "--path", `vault-auto-unseal:${setting}`, value, ...options);
  }

  public async unset(setting: string): Promise<void> {
    await this.pulumi("config", "rm", "--path", `vault-auto-unseal:${setting}`);
  }

  /** @returns what the providers were asked to change since this was last called, sorted, e.g. "deleted vault-key". */
  public takeChanges(): string[] {
    return this.doubles.changes.splice(0).sort();
  }

  public async resources(): Promise<StateResource[]> {
    const { deployment } = JSON.parse(await this.pulumi("stack", "export")) as {
      deployment: { resources?: StateResource[] };
    };
    return deployment.resources ?? [];
  }

  private run(args: string[]): Promise<{ status: number; printed: string }> {
    return new Promise((resolve) => {
      execFile(
        "pulumi",
        [...args, "--non-interactive", "--color", "never"],
        { cwd: this.program, env: this.env, timeout: 60_000 },
        (error, stdout, stderr) => resolve({ status: error ? 1 : 0, printed: stdout + stderr }),
      );
    });
  }
}

/** Copies what git has of the program, or would take. */
async function copyProgram(to: string): Promise<void> {
  const parts = [":(glob)*", "components", "policy-pack"];
  const listed = await promisify(execFile)(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...parts],
    { cwd: root },
  );
  const files = listed.stdout.split("\0").filter((file) => file && existsSync(path.join(root, file)));
  await Promise.all(files.map((file) => cp(path.join(root, file), path.join(to, file))));
  await symlink(path.join(root, "node_modules"), path.join(to, "node_modules"));
}
