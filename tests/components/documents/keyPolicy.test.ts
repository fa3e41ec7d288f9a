import assert from "node:assert/strict";
import { keyPolicy } from "../../../components/documents/keyPolicy";

describe("keyPolicy", () => {
  for (const partition of ["aws", "aws-cn", "aws-us-gov"]) {
    it(`lets the account administer and Vault's role use the key, in partition ${partition}`, () => {
      const role = `arn:${partition}:iam::444455556666:role/security/vault-role`;
      assert.deepEqual(JSON.parse(keyPolicy(role)), {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "AccountAdministersThroughIam",
            Effect: "Allow",
            Principal: { AWS: `arn:${partition}:iam::444455556666:root` },
            Action: "kms:*",
            Resource: "*",
          },
          {
            Sid: "VaultUnseals",
            Effect: "Allow",
            Principal: { AWS: role },
            Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"],
            Resource: "*",
          },
        ],
      });
    });
  }

  it("has its keys sorted", () => {
    assert.match(
      keyPolicy("arn:aws:iam::444455556666:role/vault"),
      /^\{"Statement":\[\{"Action":.*,"Effect":.*,"Principal":.*,"Resource":.*,"Sid":.*,"Version":"2012-10-17"\}$/,
    );
  });
});
