import assert from "node:assert/strict";
import { itIsDeployed } from "./lifecycle";
import { describeWithEngine } from "./pulumiStack";

describeWithEngine("stack dev on Pulumi's engine", () => {
  const stack = itIsDeployed("dev");

  it("is destroyed whole, its key too", async () => {
    await stack().pulumi("destroy", "--yes");
    assert.deepEqual(stack().takeChanges(), [
      "deleted vault-alias",
      "deleted vault-ingress",
      "deleted vault-key",
      "deleted vault-release",
      "deleted vault-role",
      "deleted vault-unseal",
    ]);
    assert.deepEqual(await stack().resources(), []);
  });
});
