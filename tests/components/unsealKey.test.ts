import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { UnsealKey, type UnsealKeyArgs } from "../../components";
import { keyPolicy } from "../../components/documents/keyPolicy";
import { keyArn } from "../support/plausibleCloud";
import { assertRefused, mockPulumi, noting, registered, valueOf } from "../support/pulumiMocks";

const vaultRoleArn = "arn:aws:iam::111122223333:role/vault";

async function make(args: Partial<UnsealKeyArgs> = {}) {
  const resources = await mockPulumi();
  const declared: pulumi.ResourceTransformationArgs[] = [];
  const key = new UnsealKey("vault", { vaultRoleArn, ...args }, noting(declared));
  await registered();
  const outputs = {
    keyArn: await valueOf(key.keyArn),
    keyId: await valueOf(key.keyId),
    aliasName: await valueOf(key.aliasName),
  };
  const options = (name: string) => declared.find((resource) => resource.name === name)?.opts;
  return { key, resources, options, outputs };
}

const component = { type: "vault-auto-unseal:index:UnsealKey", name: "vault", inputs: {} };
const keyInputs = {
  description: "Seals the root key of Vault (auto-unseal)",
  keyUsage: "ENCRYPT_DECRYPT",
  customerMasterKeySpec: "SYMMETRIC_DEFAULT",
  enableKeyRotation: true,
  rotationPeriodInDays: 365,
  deletionWindowInDays: 30,
  policy: keyPolicy(vaultRoleArn),
};
const keyId = "1234abcd-12ab-34cd-56ef-1234567890ab";

describe("UnsealKey", () => {
  it("makes a key that rotates every year, and its alias", async () => {
    const { resources, outputs } = await make();
    assert.deepEqual(resources, [
      component,
      { type: "aws:kms/key:Key", name: "vault-key", inputs: keyInputs },
      {
        type: "aws:kms/alias:Alias",
        name: "vault-alias",
        inputs: { name: "alias/vault-auto-unseal-key", targetKeyId: keyId },
      },
    ]);
    assert.deepEqual(outputs, { keyArn, keyId, aliasName: "alias/vault-auto-unseal-key" });
  });

  it("protects the key and retains it, as its own children", async () => {
    const { key, options } = await make();
    assert.equal(options("vault-key")?.protect, true);
    assert.equal(options("vault-key")?.retainOnDelete, true);
    assert.equal(options("vault-key")?.parent, key);
    assert.equal(options("vault-alias")?.parent, key);
  });

  it("makes a key as the arguments say", async () => {
    const { resources, options, outputs } = await make({
      aliasName: "alias/security/vault",
      deletionWindowInDays: 7,
      rotationPeriodInDays: 90,
      protect: false,
      retainOnDelete: false,
      tags: { team: "security" },
    });
    assert.deepEqual(resources[1]?.inputs, {
      ...keyInputs,
      deletionWindowInDays: 7,
      rotationPeriodInDays: 90,
      tags: { team: "security" },
    });
    assert.equal(options("vault-key")?.protect, false);
    assert.equal(options("vault-key")?.retainOnDelete, false);
    assert.equal(outputs.aliasName, "alias/security/vault");
  });

  it("adopts a key as it is", async () => {
    const existingKeyArn = "arn:aws-cn:kms:cn-north-1:444455556666:key/mrk-1234abcd12ab34cd56ef1234567890ab";
    const { resources, outputs } = await make({ existingKeyArn });
    assert.deepEqual(resources, [component]);
    assert.deepEqual(outputs, {
      keyArn: existingKeyArn,
      keyId: "mrk-1234abcd12ab34cd56ef1234567890ab",
      aliasName: undefined,
    });
  });

  it("refuses to adopt a key and describe one", () => {
    const both = { vaultRoleArn, existingKeyArn: keyArn, protect: false, deletionWindowInDays: 7 };
    assert.throws(
      () => new UnsealKey("vault", both),
      /takes either existingKeyArn, which adopts a key as it is, or deletionWindowInDays, protect, which describe a new one; not both$/,
    );
  });

  it("refuses a user for a role", async () => {
    await assertRefused(
      () => new UnsealKey("vault", { vaultRoleArn: "arn:aws:iam::111122223333:user/vault" }),
      'UnsealKey "vault": vaultRoleArn is "arn:aws:iam::111122223333:user/vault"; it must be the ARN of an IAM role, ' +
        "arn:PARTITION:iam::ACCOUNT:role/NAME",
    );
  });
});
