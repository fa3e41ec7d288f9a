import assert from "node:assert/strict";
import { describeWithEngine, PulumiStack } from "./pulumiStack";

describeWithEngine("the configuration on Pulumi's engine", () => {
  let stack: PulumiStack;
  before(() => {
    stack = new PulumiStack();
    return stack.create("prod");
  });
  after(() => stack.remove());

  const refused: [string, string, string, RegExp][] = [
    [
      "a misspelt setting",
      "server.replica",
      "3",
      /^vault-auto-unseal:server has no setting "replica" \(did you mean "replicas"\?\)/,
    ],
    [
      "a wrong value",
      "key.rotationPeriodInDays",
      "30",
      /^vault-auto-unseal:key.rotationPeriodInDays is 30; it must be a whole number of days from 90 to 2560$/,
    ],
  ];
  for (const [what, setting, value, message] of refused) {
    it(`refuses ${what} with one line that names it, and registers nothing`, async () => {
      await stack.set(setting, value);
      const printed = await stack.pulumiFails("preview");
      await stack.unset(setting);
      const errors = /Diagnostics:\n {2}pulumi:pulumi:Stack \(.*\):\n {4}error: (.*)\n\n/.exec(printed);
      assert.match(errors?.[1] ?? printed, message);
      assert.doesNotMatch(printed, /^ +at /m, "a stack trace");
      const registered = new Set([...printed.matchAll(/^ [+] +(\S+)/gm)].map(([, type]) => type));
      assert.deepEqual([...registered], ["pulumi:pulumi:Stack"]);
    });
  }

  it("keeps an encrypted chart value out of the state and of what is shown", async () => {
    const secret = "only-the-release-may-know";
    await stack.set("values.server.annotations.token", secret, "--secret");
    const shown = await stack.pulumi("up", "--yes", "--skip-preview", "--diff");
    const state = await stack.pulumi("stack", "export");
    assert.ok(!shown.includes(secret), "shown by the update");
    assert.ok(!state.includes(secret), "in plain text in the state");
    const decrypted = await stack.pulumi("stack", "export", "--show-secrets");
    assert.ok(decrypted.includes(secret), "not among the release's values");
  });
});
