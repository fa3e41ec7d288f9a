import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { UnsealIdentity, type UnsealIdentityArgs } from "../../components";
import { trustPolicy } from "../../components/documents/trustPolicy";
import { unsealPolicy } from "../../components/documents/unsealPolicy";
import { keyArn, oidcProviderArn } from "../support/plausibleCloud";
import { assertRefused, mockPulumi, noting, registered, valueOf } from "../support/pulumiMocks";

const subject = { oidcProviderArn, namespace: "security", serviceAccountName: "unsealer" };

async function make(args: UnsealIdentityArgs) {
  const resources = await mockPulumi();
  const declared: pulumi.ResourceTransformationArgs[] = [];
  const identity = new UnsealIdentity("vault", args, noting(declared));
  identity.allowUseOf("vault-unseal", pulumi.output(keyArn));
  await registered();
  return { identity, resources, declared };
}

describe("UnsealIdentity", () => {
  it("makes a role for one service account, that may use one key", async () => {
    const { identity, resources } = await make({ ...subject, tags: { team: "security" } });
    assert.deepEqual(resources, [
      { type: "vault-auto-unseal:index:UnsealIdentity", name: "vault", inputs: {} },
      {
        type: "aws:iam/role:Role",
        name: "vault-role",
        inputs: {
          description: "Vault's service account security/unsealer: unseals with KMS",
          assumeRolePolicy: trustPolicy(subject),
          tags: { team: "security" },
        },
      },
      {
        type: "aws:iam/rolePolicy:RolePolicy",
        name: "vault-unseal",
        inputs: { role: "vault-role", policy: unsealPolicy(keyArn) },
      },
    ]);
    assert.equal(await valueOf(identity.roleArn), "arn:aws:iam::111122223333:role/vault-role");
    assert.equal(await valueOf(identity.roleName), "vault-role");
  });

  it("is the parent of both", async () => {
    const { identity, declared } = await make(subject);
    assert.deepEqual(
      declared.map(({ name, opts }) => [name, opts.parent]),
      [
        ["vault", undefined],
        ["vault-role", identity],
        ["vault-unseal", identity],
      ],
    );
  });

  it("waits for a provider that is made with the cluster", async () => {
    const { resources } = await make({ ...subject, oidcProviderArn: pulumi.output(oidcProviderArn) });
    assert.equal(resources[1]?.inputs.assumeRolePolicy, trustPolicy(subject));
  });

  it("refuses a namespace that is none", async () => {
    await assertRefused(
      () => new UnsealIdentity("vault", { ...subject, namespace: "*" }),
      'UnsealIdentity "vault": namespace is "*"; it must be a DNS label: at most 63 lower-case letters, digits and ' +
        "hyphens, with a letter or digit at both ends",
    );
  });
});
