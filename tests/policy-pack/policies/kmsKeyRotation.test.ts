import assert from "node:assert/strict";
import { kmsKeyRotation } from "../../../policy-pack/policies/kmsKeyRotation";
import { validate } from "./validate";

const rotating = { enableKeyRotation: true };

function verdict(
  key: Record<string, unknown>,
  config?: Record<string, unknown>,
): string[] | "not applicable" {
  return validate(kmsKeyRotation, "aws:kms/key:Key", { ...rotating, ...key }, config);
}

describe("kms-key-rotation", () => {
  const holds: [string, Record<string, unknown>][] = [
    ["a rotating key", {}],
    ["the spec that is the default", { customerMasterKeySpec: "SYMMETRIC_DEFAULT" }],
    ["the shortest period", { rotationPeriodInDays: 90 }],
    ["the longest period that passes", { rotationPeriodInDays: 365 }],
    ["a multi-Region primary key", { multiRegion: true }],
  ];
  for (const [name, key] of holds) it(`accepts ${name}`, () => assert.deepEqual(verdict(key), []));

  const never = "The key never rotates its key material: set enableKeyRotation to true.";
  const violations: [string, Record<string, unknown>, string][] = [
    ["rotation left out", { enableKeyRotation: undefined }, never],
    ["rotation turned off", { enableKeyRotation: false }, never],
    ["rotation given as text", { enableKeyRotation: "true" }, never],
    ["a period with rotation turned off", { enableKeyRotation: false, rotationPeriodInDays: 90 }, never],
    [
      "a longer period",
      { rotationPeriodInDays: 366 },
      "The key rotates every 366 days: set rotationPeriodInDays to 365 or less.",
    ],
  ];
  for (const [name, key, message] of violations) {
    it(`rejects ${name}`, () => assert.deepEqual(verdict(key), [message]));
  }

  it("accepts a longer period where the configuration does", () =>
    assert.deepEqual(verdict({ rotationPeriodInDays: 2560 }, { maximumRotationPeriodInDays: 2560 }), []));

  it("holds AWS's own period of 365 days to a shorter maximum", () =>
    assert.deepEqual(verdict({}, { maximumRotationPeriodInDays: 180 }), [
      "The key rotates every 365 days: set rotationPeriodInDays to 180 or less.",
    ]));

  const cannotRotate: [string, Record<string, unknown>][] = [
    ["an RSA key", { customerMasterKeySpec: "RSA_2048", keyUsage: "ENCRYPT_DECRYPT" }],
    ["an elliptic curve key", { customerMasterKeySpec: "ECC_NIST_P256", keyUsage: "SIGN_VERIFY" }],
    ["an HMAC key", { customerMasterKeySpec: "HMAC_256", keyUsage: "GENERATE_VERIFY_MAC" }],
    ["a key in a custom key store", { customKeyStoreId: "cks-1234567890abcdef0" }],
    [
      "a key in an external key store",
      { customKeyStoreId: "cks-1234567890abcdef0", xksKeyId: "bb8562717f809024" },
    ],
  ];
  for (const [name, key] of cannotRotate) {
    it(`leaves out ${name}`, () =>
      assert.equal(verdict({ ...key, enableKeyRotation: undefined }), "not applicable"));
  }

  for (const type of [
    "aws:kms/externalKey:ExternalKey",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/alias:Alias",
  ]) {
    it(`leaves out ${type}`, () => assert.equal(validate(kmsKeyRotation, type, {}), "not applicable"));
  }
});
