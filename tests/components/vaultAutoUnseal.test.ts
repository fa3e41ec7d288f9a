import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { VaultAutoUnseal, type VaultAutoUnsealArgs } from "../../components";
import { keyPolicy } from "../../components/documents/keyPolicy";
import { trustPolicy } from "../../components/documents/trustPolicy";
import { unsealPolicy } from "../../components/documents/unsealPolicy";
import { keyArn, oidcProviderArn } from "../support/plausibleCloud";
import { mockPulumi, noting, registered, valueOf, type MockedResource } from "../support/pulumiMocks";

const least = {
  oidcProviderArn,
  clusterSecurityGroupId: "sg-0c1c1c1c1c1c1c1c1",
  nodeSecurityGroupId: "sg-0d2d2d2d2d2d2d2d2",
  chart: { version: "0.34.1" },
};

async function make(args: Partial<VaultAutoUnsealArgs> = {}) {
  const resources = await mockPulumi();
  const declared: pulumi.ResourceTransformationArgs[] = [];
  const vault = new VaultAutoUnseal("vault", { ...least, ...args }, noting(declared));
  await registered();
  return { vault, resources, declared };
}

function inputsOf(resources: MockedResource[], name: string): Record<string, unknown> {
  const found = resources.find((resource) => resource.name === name);
  assert.ok(found, `no resource is called ${name}`);
  return found.inputs;
}

/** The server's settings in the values of the release. */
function serverOf(resources: MockedResource[]) {
  const { values } = inputsOf(resources, "vault-release") as {
    values: {
      server: {
        ha: { raft: { config: string } };
        serviceAccount: { name: string; annotations: Record<string, string> };
      };
    };
  };
  return values.server;
}

const roleArn = "arn:aws:iam::111122223333:role/vault-role";
const components = [
  "InjectorWebhookRule",
  "UnsealIdentity",
  "UnsealKey",
  "VaultAutoUnseal",
  "VaultRelease",
].map((component) => `vault-auto-unseal:index:${component} vault`);
const key = ["aws:kms/alias:Alias vault-alias", "aws:kms/key:Key vault-key"];
const role = ["aws:iam/role:Role vault-role", "aws:iam/rolePolicy:RolePolicy vault-unseal"];
const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule vault-ingress";
const release = "kubernetes:helm.sh/v3:Release vault-release";

const typesAndNames = (resources: MockedResource[]) =>
  resources.map(({ type, name }) => `${type} ${name}`).sort();

describe("VaultAutoUnseal", () => {
  it("makes the key, the role, the rule and the release", async () => {
    const { resources } = await make();
    assert.deepEqual(typesAndNames(resources), [...components, ...key, ...role, rule, release].sort());
  });

  it("wires them to each other", async () => {
    const { resources } = await make({ namespace: "security", serviceAccountName: "unsealer" });
    const inputs = (name: string) => inputsOf(resources, name);
    assert.equal(inputs("vault-key").policy, keyPolicy(roleArn));
    assert.equal(inputs("vault-unseal").policy, unsealPolicy(keyArn));
    assert.equal(
      inputs("vault-role").assumeRolePolicy,
      trustPolicy({ oidcProviderArn, namespace: "security", serviceAccountName: "unsealer" }),
    );
    assert.equal(inputs("vault-ingress").securityGroupId, least.nodeSecurityGroupId);
    assert.equal(inputs("vault-ingress").referencedSecurityGroupId, least.clusterSecurityGroupId);
    assert.equal(inputs("vault-release").namespace, "security");
    const { ha, serviceAccount } = serverOf(resources);
    assert.equal(serviceAccount.name, "unsealer");
    assert.deepEqual(serviceAccount.annotations, { "eks.amazonaws.com/role-arn": roleArn });
    assert.match(ha.raft.config, new RegExp(`"kms_key_id": "${keyArn}"`));
  });

  it("is the parent of the four parts, and they of the rest", async () => {
    const { declared } = await make();
    const parents = declared.map(({ name, type, opts }) => {
      const parent = declared.find(({ resource }) => resource === opts.parent);
      return [`${type} ${name}`, parent?.type.split(":").pop()];
    });
    assert.deepEqual(Object.fromEntries(parents), {
      "vault-auto-unseal:index:VaultAutoUnseal vault": undefined,
      "vault-auto-unseal:index:UnsealIdentity vault": "VaultAutoUnseal",
      "aws:iam/role:Role vault-role": "UnsealIdentity",
      "aws:iam/rolePolicy:RolePolicy vault-unseal": "UnsealIdentity",
      "vault-auto-unseal:index:UnsealKey vault": "VaultAutoUnseal",
      "aws:kms/key:Key vault-key": "UnsealKey",
      "aws:kms/alias:Alias vault-alias": "UnsealKey",
      "vault-auto-unseal:index:InjectorWebhookRule vault": "VaultAutoUnseal",
      [rule]: "InjectorWebhookRule",
      "vault-auto-unseal:index:VaultRelease vault": "VaultAutoUnseal",
      [release]: "VaultRelease",
    });
  });

  it("installs the chart only when Vault may use the key and the API server may call the webhook", async () => {
    const { declared } = await make();
    const [installed] = declared.filter(({ type }) => type === "vault-auto-unseal:index:VaultRelease");
    const awaited = [installed?.opts.dependsOn].flat();
    assert.deepEqual(
      awaited.map((resource) => declared.find((other) => other.resource === resource)?.type),
      ["aws:iam/rolePolicy:RolePolicy", "vault-auto-unseal:index:InjectorWebhookRule"],
    );
  });

  it("tags every AWS resource that takes tags", async () => {
    const tags = { team: "security" };
    const { resources } = await make({ tags });
    for (const name of ["vault-key", "vault-role", "vault-ingress"]) {
      assert.deepEqual(inputsOf(resources, name).tags, tags, name);
    }
  });

  it("has the parts' outputs", async () => {
    const { vault, resources } = await make({ namespace: "security", releaseName: "safe" });
    assert.equal(await valueOf(vault.keyArn), keyArn);
    assert.equal(await valueOf(vault.keyId), "1234abcd-12ab-34cd-56ef-1234567890ab");
    assert.equal(await valueOf(vault.aliasName), "alias/vault-auto-unseal-key");
    assert.equal(await valueOf(vault.roleArn), roleArn);
    assert.equal(await valueOf(vault.namespace), "security");
    assert.equal(await valueOf(vault.serviceAccountName), "safe");
    assert.equal(await valueOf(vault.releaseName), "safe");
    assert.equal(await valueOf(vault.vaultAddress), "http://safe-active.security.svc:8200");
    assert.equal(await valueOf(vault.serverConfiguration), serverOf(resources).ha.raft.config);
  });

  it("adopts a key of another account, partition and region", async () => {
    const existingKeyArn = "arn:aws-cn:kms:cn-north-1:444455556666:key/1234abcd-0000-0000-0000-1234567890ab";
    const { vault, resources } = await make({ key: { existingKeyArn } });
    assert.deepEqual(typesAndNames(resources), [...components, ...role, rule, release].sort());
    assert.equal(inputsOf(resources, "vault-unseal").policy, unsealPolicy(existingKeyArn));
    assert.match(serverOf(resources).ha.raft.config, /"region": "cn-north-1"/);
    assert.equal(await valueOf(vault.keyArn), existingKeyArn);
    assert.equal(await valueOf(vault.keyId), "1234abcd-0000-0000-0000-1234567890ab");
    assert.equal(await valueOf(vault.aliasName), undefined);
  });

  it("makes no rule where cluster and nodes share a group", async () => {
    const { resources } = await make({ nodeSecurityGroupId: least.clusterSecurityGroupId });
    assert.deepEqual(typesAndNames(resources), [...components, ...key, ...role, release].sort());
  });

  for (const [what, groups] of Object.entries({
    "with the groups": {},
    "without them": { clusterSecurityGroupId: undefined, nodeSecurityGroupId: undefined },
  })) {
    it(`makes no rule without an injector, ${what}`, async () => {
      const { resources } = await make({ injector: { enabled: false }, ...groups });
      const others = components.filter((component) => !component.includes("InjectorWebhookRule"));
      assert.deepEqual(typesAndNames(resources), [...others, ...key, ...role, release].sort());
    });
  }

  it("takes Outputs for whatever is made with the cluster", async () => {
    const { resources } = await make({
      oidcProviderArn: pulumi.output(oidcProviderArn),
      clusterSecurityGroupId: pulumi.output(least.clusterSecurityGroupId),
      nodeSecurityGroupId: pulumi.output(least.nodeSecurityGroupId),
      key: { existingKeyArn: pulumi.output(keyArn) },
      values: pulumi.output({ server: { logLevel: "debug" } }),
    });
    assert.deepEqual(typesAndNames(resources), [...components, ...role, rule, release].sort());
  });
});
