import assert from "node:assert/strict";
import { parseArn } from "../../../components/documents/arn";

describe("parseArn", () => {
  it("takes an ARN apart", () => {
    assert.deepEqual(parseArn("arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd"), {
      partition: "aws-cn",
      service: "kms",
      region: "cn-north-1",
      account: "111122223333",
      resource: "key/1234abcd",
    });
  });

  it("takes an ARN without region or account", () => {
    const { region, account, resource } = parseArn("arn:aws:s3:::bucket/key");
    assert.deepEqual({ region, account, resource }, { region: "", account: "", resource: "bucket/key" });
  });

  it("keeps the colons and slashes of the resource", () => {
    const { resource } = parseArn("arn:aws:secretsmanager:eu-west-1:111122223333:secret:a/b:c");
    assert.equal(resource, "secret:a/b:c");
  });

  for (const text of [
    "",
    "vault",
    "arn:aws:kms:eu-west-1:111122223333",
    "arn:aws:kms:eu-west-1:111122223333:",
    "arn::kms:eu-west-1:111122223333:key/1",
    "arn:aws::eu-west-1:111122223333:key/1",
    "ARN:aws:kms:eu-west-1:111122223333:key/1",
  ]) {
    it(`refuses "${text}"`, () => {
      assert.throws(() => parseArn(text), {
        message: `"${text}" is not an ARN (arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE)`,
      });
    });
  }
});
