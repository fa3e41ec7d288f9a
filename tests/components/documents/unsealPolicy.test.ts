import assert from "node:assert/strict";
import { unsealPolicy } from "../../../components/documents/unsealPolicy";

describe("unsealPolicy", () => {
  for (const [partition, region] of [
    ["aws", "eu-west-1"],
    ["aws-cn", "cn-north-1"],
    ["aws-us-gov", "us-gov-west-1"],
  ]) {
    it(`allows the seal's three actions on one key, in partition ${partition}`, () => {
      const keyArn = `arn:${partition}:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
      assert.deepEqual(JSON.parse(unsealPolicy(keyArn)), {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "UnsealVault",
            Effect: "Allow",
            Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"],
            Resource: keyArn,
          },
        ],
      });
    });
  }
});
