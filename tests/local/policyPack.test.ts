import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { PolicyPack, type PolicyVerdict } from "../../local/policyPack";
import type { RegisteredResource } from "../../local/registeredResource";

const root = path.resolve(__dirname, "../..");
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secretText = (value: string): RegisteredResource["inputs"] => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

function resource(type: string, name: string, parts: Partial<RegisteredResource> = {}): RegisteredResource {
  return {
    urn: `urn:pulumi:test::shop::${type}::${name}`,
    type,
    name,
    id: name,
    custom: true,
    parent: "",
    provider: "",
    inputs: {},
    outputs: {},
    dependencies: [],
    propertyDependencies: {},
    protect: false,
    retainOnDelete: false,
    ignoreChanges: [],
    aliases: [],
    ...parts,
  };
}

/** A policy pack whose policies do what the type of a resource says. */
const fixture = `
const { connect } = require("node:net");
const { PolicyPack } = require("@pulumi/policy");
const policy = (name, validateResource) => ({ name, description: name, validateResource });
new PolicyPack("fixture", {
  enforcementLevel: "mandatory",
  policies: [
    policy("throws", ({ type }) => { if (type === "test:index:Throws") throw new Error("out of luck"); }),
    policy("ends", ({ type }) => { if (type === "test:index:Ends") { console.error("out of memory"); process.exit(7); } }),
    policy("hangs", ({ type, props }) => type === "test:index:Hangs" && new Promise(() => connect(props.port, "127.0.0.1"))),
    policy("shows", ({ type, props, opts, provider }, report) => {
      if (type === "test:index:Shown") report(JSON.stringify({ props, protect: opts.protect, provider: provider?.props }));
    }),
    policy("elsewhere", ({ notApplicable }) => notApplicable()),
    policy("unused", (_args, report) => report("this policy is disabled")),
    {
      name: "stack",
      description: "stack",
      configSchema: { properties: { a: { type: "string", default: "default" }, b: { type: "string", default: "default" }, c: { type: "string", default: "default" } } },
      validateStack: ({ resources, getConfig }, report) => {
        report(JSON.stringify({ config: getConfig(), outputs: resources.map(({ props, parent }) => ({ ...props, parent: parent?.name })) }));
      },
    },
  ],
}, { unused: "disabled", stack: { enforcementLevel: "advisory", b: "initial", c: "initial" } });
`;

/** Starts a pack, asks it once and ends it. */
async function evaluate(
  directory: string,
  resources: RegisteredResource[],
  config?: Record<string, unknown>,
): Promise<PolicyVerdict> {
  const pack = await PolicyPack.start(directory, "shop", "test");
  try {
    return await pack.evaluate(resources, config);
  } finally {
    await pack.stop();
  }
}

describe("PolicyPack", function () {
  this.timeout(30_000);
  let directory: string;

  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "policy-pack-"));
    await symlink(path.join(root, "node_modules"), path.join(directory, "node_modules"));
    for (const [name, manifest] of Object.entries({ fixture: { version: "1.2.3" }, unversioned: {} })) {
      await mkdir(path.join(directory, name));
      await writeFile(path.join(directory, name, "package.json"), JSON.stringify(manifest));
      await writeFile(path.join(directory, name, "PulumiPolicy.yaml"), "runtime: nodejs\n");
      await writeFile(path.join(directory, name, "index.js"), fixture);
    }
  });
  after(() => rm(directory, { recursive: true }));

  const inFixture = (
    resources: RegisteredResource[],
    config?: Record<string, unknown>,
  ): Promise<PolicyVerdict> => evaluate(path.join(directory, "fixture"), resources, config);

  it("holds resources to this repository's pack", async () => {
    const statement = { Sid: "Use", Effect: "Allow", Action: "kms:*", Resource: "*" };
    const key = resource("aws:kms/key:Key", "key", {
      inputs: { enableKeyRotation: true, rotationPeriodInDays: 400 },
    });
    const wide = resource("aws:iam/rolePolicy:RolePolicy", "wide", {
      inputs: { policy: secretText(JSON.stringify({ Statement: statement })) },
    });
    const unknown = resource("aws:iam/rolePolicy:RolePolicy", "unknown", { inputs: { policy: unknownText } });
    const verdict = await evaluate(
      path.join(root, "policy-pack"),
      [key, wide, unknown, resource("aws:s3/bucket:Bucket", "bucket")],
      { "kms-key-rotation": "advisory", "kms-actions-scoped": { allowedActions: ["kms:Sign"] } },
    );
    assert.equal(verdict.packName, "vault-auto-unseal");
    assert.match(verdict.packVersion, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(verdict.policies, ["kms-actions-scoped", "kms-key-rotation"]);
    assert.deepEqual(verdict.notApplicable, []);
    const found = verdict.violations.map(({ policyName, enforcementLevel, urn }) => [
      policyName,
      enforcementLevel,
      urn,
    ]);
    assert.deepEqual(found, [
      ["kms-key-rotation", "advisory", key.urn],
      ["kms-actions-scoped", "mandatory", wide.urn],
      ["kms-actions-scoped", "mandatory", wide.urn],
      ["kms-actions-scoped", "advisory", unknown.urn],
    ]);
    const expected = [
      /set rotationPeriodInDays to 365/,
      /"kms:\*": only kms:Sign may/,
      /on "\*"/,
      /can't be known during preview/,
    ];
    expected.forEach((message, index) => assert.match(verdict.violations[index]?.message ?? "", message));
  });

  it("gives a pack what the engine gives it", async () => {
    const provider = resource("pulumi:providers:test", "provider", { inputs: { region: "eu-west-1" } });
    const shown = resource("test:index:Shown", "shown", {
      inputs: { size: 1, token: secretText("s") },
      outputs: { arn: "arn:x" },
      provider: `${provider.urn}::${provider.id}`,
      parent: provider.urn,
      protect: true,
    });
    const verdict = await inFixture([provider, shown], {
      all: "mandatory",
      stack: { c: "given" },
      unused: "disabled",
    });
    assert.deepEqual(verdict, {
      packName: "fixture",
      packVersion: "1.2.3",
      policies: ["ends", "hangs", "shows", "stack", "throws"],
      notApplicable: ["elsewhere"],
      violations: [
        {
          policyName: "shows",
          enforcementLevel: "mandatory",
          message: 'shows\n{"props":{"size":1,"token":"s"},"protect":true,"provider":{"region":"eu-west-1"}}',
          urn: shown.urn,
          description: "shows",
        },
        {
          policyName: "stack",
          enforcementLevel: "mandatory",
          message:
            'stack\n{"config":{"a":"default","b":"initial","c":"given"},"outputs":[{},{"arn":"arn:x","parent":"provider"}]}',
          urn: "urn:pulumi:test::shop::pulumi:pulumi:Stack::shop-test",
          description: "stack",
        },
      ],
    });
  });

  it("fails where a policy or its process does, or the pack can't start", async () => {
    await Promise.all([
      assert.rejects(
        inFixture([resource("test:index:Throws", "a")]),
        /policy 'throws' from policy pack.*out of luck/s,
      ),
      assert.rejects(
        inFixture([resource("test:index:Ends", "a")]),
        /the policy pack failed: .*out of memory/s,
      ),
      assert.rejects(
        evaluate(path.join(directory, "unversioned"), []),
        /the policy pack failed: .*Version must be defined in the package.json/s,
      ),
    ]);
  });

  it("refuses an enforcement level that Pulumi hasn't", async () => {
    await assert.rejects(
      inFixture([], { stack: "strict" }),
      /policy "stack" can't have the enforcement level "strict"/,
    );
  });

  it("ends the pack's process when it is interrupted", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const hanging = resource("test:index:Hangs", "a", { inputs: { port } });
    const start = `require(${JSON.stringify(path.join(root, "local/policyPack"))}).PolicyPack.start("fixture", "shop", "test")`;
    const script = `${start}.then((pack) => pack.evaluate([${JSON.stringify(hanging)}]))`;
    const client = spawn(process.execPath, ["--require", require.resolve("tsx/cjs"), "--eval", script], {
      cwd: directory,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const [pack] = (await once(server, "connection")) as [Socket];
    const packGone = once(
      pack.on("error", () => undefined),
      "close",
    );
    client.kill("SIGINT");
    assert.deepEqual(await once(client, "exit"), [null, "SIGINT"]);
    await packGone;
    server.close();
  });
});
