import assert from "node:assert/strict";
import path from "node:path";
import { ProgramError, runProgram } from "../../local/program";
import { PlausibleCloud } from "../support/plausibleCloud";

const project = {
  directory: path.resolve(__dirname, "..", ".."),
  name: "wrong-outputs",
  main: "tests/components/fixtures/wrongOutputs.ts",
};

describe("an Output with a wrong value", () => {
  let failure: ProgramError;
  before(async () => {
    const run = runProgram(project, "test", { values: {}, secretKeys: [] }, new PlausibleCloud());
    await assert.rejects(run, (error) => {
      assert.ok(error instanceof ProgramError, String(error));
      failure = error;
      return true;
    });
  });

  it("is reported when it is known", () => {
    assert.match(failure.message, /must be the ARN of a KMS key/);
    assert.match(failure.message, /must be the ARN of the cluster's IAM OIDC provider/);
    assert.match(
      failure.message,
      /VaultRelease "moved-seal": values server\.ha\.replicas can't be set here: the seal stands in/,
    );
  });

  it("keeps the resources from being made that would be made of it", () => {
    assert.deepEqual(failure.resources.map(({ type, name }) => `${type} ${name}`).sort(), [
      "vault-auto-unseal:index:UnsealIdentity malformed-provider",
      "vault-auto-unseal:index:VaultRelease malformed-key",
      "vault-auto-unseal:index:VaultRelease moved-seal",
    ]);
  });
});
