import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { cp, mkdir, rm, symlink } from "node:fs/promises";
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
  private readonly directory = mkdtempSync(path.join(tmpdir(), "engine-"));
  /** A copy of the program. */
  public readonly program = path.join(this.directory, "program");
  private readonly home = path.join(this.directory, "home");
  private readonly state = path.join(this.directory, "state");
  private readonly doubles = new ProviderDoubles(new PlausibleCloud());
  private providers = "";

  /** @param name of one of the program's stacks, whose configuration it gets. */
  public async create(name: string): Promise<void> {
    await Promise.all([mkdir(this.home), mkdir(this.state), copyProgram(this.program)]);
    this.providers = await this.doubles.start();
    await this.pulumi("stack", "init", name);
  }

  public async remove(): Promise<void> {
    this.doubles.stop();
    await rm(this.directory, { recursive: true });
  }

  /** @returns what the command printed. */
  public async pulumi(...args: string[]): Promise<string> {
    const { failed, printed } = await this.run(args);
    assert.ok(!failed, `pulumi ${args.join(" ")}\n${printed}`);
    return printed;
  }

  /** Asserts that the command fails. */
  public async pulumiFails(...args: string[]): Promise<string> {
    const { failed, printed } = await this.run(args);
    assert.ok(failed, `pulumi ${args.join(" ")}\n${printed}`);
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

  private run(args: string[]): Promise<{ failed: boolean; printed: string }> {
    const options = {
      cwd: this.program,
      env: {
        PATH: process.env.PATH,
        HOME: this.home,
        PULUMI_HOME: this.home,
        PULUMI_BACKEND_URL: `file://${this.state}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_DEBUG_PROVIDERS: this.providers,
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
      timeout: 60_000,
    };
    return new Promise((resolve) => {
      execFile(
        "pulumi",
        [...args, "--non-interactive", "--color", "never"],
        options,
        (error, stdout, stderr) => {
          resolve({ failed: error !== null, printed: stdout + stderr });
        },
      );
    });
  }
}

/** Copies what git has of the program, or would take. */
async function copyProgram(to: string): Promise<void> {
  const parts = [":(glob)*", "components", "policy-pack", ":(exclude)node_modules"];
  const listed = await promisify(execFile)(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...parts],
    { cwd: root },
  );
  const files = listed.stdout.split("\0").filter((file) => file && existsSync(path.join(root, file)));
  await Promise.all(files.map((file) => cp(path.join(root, file), path.join(to, file))));
  await symlink(path.join(root, "node_modules"), path.join(to, "node_modules"));
}
