import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { itIsDeployed } from "./lifecycle";
import { describeWithEngine } from "./pulumiStack";

describeWithEngine("stack prod on Pulumi's engine", () => {
  const stack = itIsDeployed("prod");

  it("passes the policy pack", async () => {
    const printed = await stack().pulumi("preview", "--policy-pack", "policy-pack");
    assert.match(printed, /Policies:\n.* vault-auto-unseal@v\S+ \(local: policy-pack\)\n\n/);
  });

  it("is refused by the policy pack when its key no longer rotates", async () => {
    const file = path.join(stack().program, "components", "unsealKey.ts");
    const source = await readFile(file, "utf8");
    await writeFile(file, source.replace("enableKeyRotation: true", "enableKeyRotation: false"));
    const printed = await stack().pulumiFails("preview", "--policy-pack", "policy-pack");
    assert.match(printed, /\[mandatory\] +kms-key-rotation +\(aws:kms:Key: vault-key\)/);
    await writeFile(file, source);
  });

  it("is not destroyed while its key is protected", async () => {
    const printed = await stack().pulumiFails("destroy", "--yes");
    assert.match(printed, /error: .*::vault-key" cannot be deleted\n +because it is protected/);
    assert.deepEqual(stack().takeChanges(), []);
  });

  it("is destroyed once the key is unprotected, and the key is left in AWS", async () => {
    const key = (await stack().resources()).find(({ type }) => type === "aws:kms/key:Key");
    await stack().pulumi("state", "unprotect", key?.urn ?? "", "--yes");
    await stack().pulumi("destroy", "--yes");
    assert.deepEqual(stack().takeChanges(), [
      "deleted vault-alias",
      "deleted vault-ingress",
      "deleted vault-release",
      "deleted vault-role",
      "deleted vault-unseal",
    ]);
    assert.deepEqual(await stack().resources(), []);
  });
});
