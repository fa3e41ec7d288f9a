import assert from "node:assert/strict";
import path from "node:path";
import { ProgramError, runProgram, type ProgramRun } from "../local/program";
import type { RegisteredResource } from "../local/registeredResource";
import { readProject, readStackConfiguration, type StackConfiguration } from "../local/stack";
import { plain } from "../local/wire";
import { PlausibleCloud } from "./support/plausibleCloud";

const root = path.resolve(__dirname, "..");

/** Runs the program with a stack's configuration, some settings of it replaced; undefined takes one away. */
async function run(stack: string, settings: Record<string, unknown> = {}, cloud = new PlausibleCloud()) {
  const project = await readProject(root);
  const configuration = await readStackConfiguration(project, stack);
  return runProgram(project, stack, withSettings(configuration, settings), cloud);
}

function withSettings(
  { values, secretKeys }: StackConfiguration,
  settings: Record<string, unknown>,
): StackConfiguration {
  const given = Object.entries(settings).map(([name, value]) => [
    `vault-auto-unseal:${name}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const changed = { ...values, ...(Object.fromEntries(given) as Record<string, string | undefined>) };
  const kept = Object.entries(changed).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { values: Object.fromEntries(kept), secretKeys };
}

function one(resources: RegisteredResource[], type: string): RegisteredResource {
  const found = resources.filter((resource) => resource.type === type);
  assert.equal(found.length, 1, `resources of type ${type}`);
  return found[0] as RegisteredResource;
}

const types = (resources: RegisteredResource[]) => resources.map(({ type }) => type).sort();

describe("the program", () => {
  let prod: ProgramRun;
  before(async () => {
    prod = await run("prod");
  });

  it("runs stack prod on an existing cluster", () => {
    const { resources, outputs } = prod;
    assert.deepEqual(types(resources), [
      "aws:iam/role:Role",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:kms/alias:Alias",
      "aws:kms/key:Key",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "kubernetes:helm.sh/v3:Release",
      "pulumi:providers:kubernetes",
      "vault-auto-unseal:index:InjectorWebhookRule",
      "vault-auto-unseal:index:UnsealIdentity",
      "vault-auto-unseal:index:UnsealKey",
      "vault-auto-unseal:index:VaultAutoUnseal",
      "vault-auto-unseal:index:VaultRelease",
    ]);
    const key = one(resources, "aws:kms/key:Key");
    assert.equal(key.protect, true);
    assert.equal(key.retainOnDelete, true);
    assert.equal(key.inputs.deletionWindowInDays, 30);

    const { serverConfiguration, ...named } = outputs;
    assert.deepEqual(named, {
      keyArn: "arn:aws:kms:ap-northeast-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      keyId: "1234abcd-12ab-34cd-56ef-1234567890ab",
      aliasName: "alias/vault-auto-unseal-key",
      roleArn: "arn:aws:iam::111122223333:role/vault-role",
      namespace: "vault",
      serviceAccountName: "vault",
      releaseName: "vault",
      vaultAddress: "http://vault-active.vault.svc:8200",
    });
    const release = plain(one(resources, "kubernetes:helm.sh/v3:Release").inputs);
    const values = release.values as { server: { ha: { replicas: number; raft: { config: string } } } };
    assert.equal(values.server.ha.replicas, 3);
    assert.equal(values.server.ha.raft.config, serverConfiguration);
    assert.equal(release.skipAwait, true);
  });

  it("runs stack dev on a cluster of its own", async () => {
    const { resources } = await run("dev");
    const cluster = one(resources, "eks:index:Cluster");
    assert.equal(cluster.inputs.createOidcProvider, true);
    const key = one(resources, "aws:kms/key:Key");
    assert.equal(key.protect, false);
    assert.equal(key.retainOnDelete, false);
    assert.equal(key.inputs.deletionWindowInDays, 10);
    const rule = one(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    assert.equal(rule.inputs.securityGroupId, "sg-0d2d2d2d2d2d2d2d2");
    assert.equal(rule.inputs.referencedSecurityGroupId, "sg-0c1c1c1c1c1c1c1c1");
  });

  it("keeps a cluster's provider when only its kubeconfig changes", () => {
    const provider = one(prod.resources, "pulumi:providers:kubernetes");
    assert.equal(
      provider.inputs.clusterIdentifier,
      "arn:aws:iam::111122223333:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
    );
  });

  it("makes the release after the role's permission and the webhook's rule", () => {
    const at = (type: string) => prod.resources.findIndex((resource) => resource.type === type);
    const release = at("kubernetes:helm.sh/v3:Release");
    assert.ok(at("aws:iam/rolePolicy:RolePolicy") < release);
    assert.ok(at("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") < release);
  });

  it("adopts a key: none is made, and Vault's role may use that one", async () => {
    const existingKeyArn = "arn:aws:kms:eu-west-1:444455556666:key/0987dcba-09fe-87dc-65ba-ab0987654321";
    const { resources, outputs } = await run("prod", { key: { existingKeyArn } });
    assert.ok(!types(resources).some((type) => type.startsWith("aws:kms/")));
    assert.equal(outputs.keyArn, existingKeyArn);
    const policy = JSON.parse(String(one(resources, "aws:iam/rolePolicy:RolePolicy").inputs.policy)) as {
      Statement: { Resource: string }[];
    };
    assert.deepEqual(
      policy.Statement.map(({ Resource }) => Resource),
      [existingKeyArn],
    );
    assert.match(String(outputs.serverConfiguration), /"region": "eu-west-1"/);
  });

  it("keeps chart values with a secret in them secret", async () => {
    const project = await readProject(root);
    const configuration = withSettings(await readStackConfiguration(project, "prod"), {
      values: { server: { annotations: { token: "very-secret" } } },
    });
    const secret = { ...configuration, secretKeys: ["vault-auto-unseal:values"] };
    const { resources } = await runProgram(project, "prod", secret, new PlausibleCloud());
    const { values } = one(resources, "kubernetes:helm.sh/v3:Release").inputs as {
      values: Record<string, unknown>;
    };
    assert.ok("4dabf18193072939515e22adb298388d" in values, "the values are not marked as a secret");
  });

  describe("refuses, before it registers anything,", () => {
    const refused: [string, Record<string, unknown>, RegExp][] = [
      [
        "an unknown setting",
        { keys: {} },
        /^vault-auto-unseal: has no setting "keys" \(did you mean "key"\?\)/,
      ],
      [
        "chart values that move the seal",
        { values: { server: { ha: { raft: { config: "" } } } } },
        /^vault-auto-unseal:values server.ha.raft.config can't be set here/,
      ],
    ];
    for (const [what, settings, message] of refused) {
      it(what, async () => {
        await assert.rejects(run("prod", settings), (error: unknown) => {
          assert.ok(error instanceof ProgramError, String(error));
          assert.match(error.message, message);
          assert.equal(error.message.split("\n").length, 1, error.message);
          assert.deepEqual(error.resources, []);
          return true;
        });
      });
    }

    it("a cluster without an OIDC provider in IAM", async () => {
      class WithoutOidcProvider extends PlausibleCloud {
        public override async invoke(token: string, args: Record<string, unknown>) {
          if (token.startsWith("aws:iam/")) throw new Error("finding IAM OIDC Provider by url: not found");
          return super.invoke(token, args);
        }
      }
      await assert.rejects(run("prod", {}, new WithoutOidcProvider()), (error: unknown) => {
        assert.ok(error instanceof ProgramError);
        assert.match(
          error.message,
          /^no OIDC provider in IAM for the EKS cluster "prod" .*eksctl utils associate-iam-oidc-provider/,
        );
        assert.deepEqual(error.resources, []);
        return true;
      });
    });
  });
});
