import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { runProgram } from "../../local/program";
import { readProject, readStackConfiguration } from "../../local/stack";
import { PlausibleCloud } from "../support/plausibleCloud";
import { hasPulumi, PulumiCli } from "./pulumiCli";

const pulumi = hasPulumi();

describe(`the real engine${pulumi ? "" : " (skipped: there is no pulumi on PATH)"}`, function () {
  this.timeout(180_000);
  let cli: PulumiCli;

  before(async function () {
    if (!pulumi) this.skip();
    cli = await PulumiCli.create();
    await Promise.all(["dev", "prod"].map((stack) => ok("stack", "init", stack)));
  });
  after(() => cli?.remove());

  async function ok(...args: string[]): Promise<string> {
    const { status, output } = await cli.run(...args);
    assert.equal(status, 0, output);
    return output;
  }

  async function refused(...args: string[]): Promise<string> {
    const { status, output } = await cli.run(...args);
    assert.notEqual(status, 0, output);
    return output;
  }

  for (const stack of ["dev", "prod"]) {
    it(`previews, makes and updates ${stack}, the pack at mandatory`, async () => {
      await ok("preview", "-s", stack, "--policy-pack", "policy-pack");
      await ok("up", "-s", stack, "--yes", "--skip-preview", "--policy-pack", "policy-pack");
      await ok("preview", "-s", stack, "--expect-no-changes");

      await cli.configure(stack, "key", (key) => ({ ...key, rotationPeriodInDays: 180 }));
      const output = await ok("up", "-s", stack, "--yes", "--skip-preview", "--policy-pack", "policy-pack");
      assert.match(output, /~ 1 updated/);
      assert.doesNotMatch(output, /replaced|deleted|created/);
    });

    it(`has in the state of ${stack} what the program registers without the CLI`, async () => {
      const project = await readProject(cli.directory);
      const configuration = await readStackConfiguration(project, stack);
      const { resources } = await runProgram(project, stack, configuration, new PlausibleCloud());
      const { deployment } = JSON.parse(await ok("stack", "export", "-s", stack)) as {
        deployment: { resources: StateResource[] };
      };
      const state = deployment.resources.filter(
        ({ urn }) => !/::pulumi:pulumi:Stack::|::pulumi:providers:\w+::default_/.test(urn),
      );
      assert.deepEqual(facts(resources), facts(state));
    });
  }

  it("refuses a program whose key does not rotate", async () => {
    const file = path.join(cli.directory, "components", "unsealKey.ts");
    const source = await readFile(file, "utf8");
    await writeFile(file, source.replace("enableKeyRotation: true", "enableKeyRotation: false"));
    try {
      const output = await refused("preview", "-s", "prod", "--policy-pack", "policy-pack");
      assert.match(output, /\[mandatory\].*kms-key-rotation/);
    } finally {
      await writeFile(file, source);
    }
  });

  it("shows one clear error for a misspelt setting", async () => {
    await cli.configure("dev", "keys", () => ({ protect: true }));
    const output = await refused("preview", "-s", "dev");
    await cli.configure("dev", "keys", () => undefined);
    assert.match(output, /vault-auto-unseal: has no setting "keys" \(did you mean "key"\?\)/);
    assert.doesNotMatch(output, /^\s+at .*\.ts/m);
    assert.doesNotMatch(output, /aws:|kubernetes:/);
  });

  it("keeps a chart value that was set as a secret out of the state", async () => {
    const secret = "a-value-nobody-may-read";
    await ok(
      "config",
      "set",
      "--secret",
      "--path",
      "-s",
      "dev",
      "vault-auto-unseal:values.server.annotations.note",
      secret,
    );
    await ok("up", "-s", "dev", "--yes", "--skip-preview");
    const state = await ok("stack", "export", "-s", "dev");
    assert.ok(!state.includes(secret), "the secret is in the state");
    assert.ok((await ok("stack", "export", "-s", "dev", "--show-secrets")).includes(secret));
  });

  it("destroys dev", async () => {
    await ok("destroy", "-s", "dev", "--yes", "--skip-preview");
    assert.ok(cli.providers.deleted.some((urn) => urn.includes("aws:kms/key:Key")));
  });

  it("does not destroy prod's key: it is protected, then retained", async () => {
    cli.providers.deleted.length = 0;
    assert.match(
      await refused("destroy", "-s", "prod", "--yes", "--skip-preview"),
      /vault-key.*protected|protected.*vault-key/s,
    );
    await ok("state", "unprotect", "--all", "--yes", "-s", "prod");
    await ok("destroy", "-s", "prod", "--yes", "--skip-preview");
    assert.ok(cli.providers.deleted.some((urn) => urn.includes("helm.sh/v3:Release")));
    assert.deepEqual(
      cli.providers.deleted.filter((urn) => urn.includes("aws:kms/key:Key")),
      [],
    );
  });
});

interface StateResource {
  urn: string;
  parent?: string;
  inputs?: Record<string, unknown>;
  protect?: boolean;
  retainOnDelete?: boolean;
  dependencies?: string[];
}

/** What engine and local runner must agree on, in one order. The engine adds to a provider's inputs, and keeps none of a component's. */
function facts(resources: StateResource[]): object[] {
  return resources
    .map(({ urn, parent = "", inputs = {}, protect = false, retainOnDelete = false, dependencies = [] }) => ({
      urn,
      parent,
      inputs: /pulumi:providers:|eks:index:Cluster/.test(urn) ? {} : inputs,
      protect,
      retainOnDelete,
      dependencies: [...dependencies].sort(),
    }))
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}
