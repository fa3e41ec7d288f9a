import assert from "node:assert/strict";
import { runProgram } from "../../local/program";
import { readProject, readStackConfiguration } from "../../local/stack";
import { PlausibleCloud } from "../support/plausibleCloud";
import { PulumiStack, root } from "./pulumiStack";
import { resourceFacts } from "./resourceFacts";

/**
 * Tests that take a stack from nothing to an updated deployment. What the suite adds after them finds it deployed.
 *
 * @returns the stack, for tests and hooks.
 */
export function itIsDeployed(name: string): () => PulumiStack {
  let stack: PulumiStack;
  before(() => {
    stack = new PulumiStack();
    return stack.create(name);
  });
  after(() => stack.remove());

  it("is previewed without a warning, and nothing is made", async () => {
    const printed = await stack.pulumi("preview");
    assert.doesNotMatch(printed, /warning/);
    assert.deepEqual(stack.takeChanges(), []);
  });

  it("is deployed", async () => {
    await stack.pulumi("up", "--yes", "--skip-preview");
    assert.deepEqual(stack.takeChanges(), [
      "created vault-alias",
      "created vault-ingress",
      "created vault-key",
      "created vault-release",
      "created vault-role",
      "created vault-unseal",
    ]);
  });

  it("is in the engine's state what the local runner records", async () => {
    const project = await readProject(root);
    const configuration = await readStackConfiguration(project, name);
    const [inState, local] = await Promise.all([
      stack.resources(),
      runProgram(project, name, configuration, new PlausibleCloud()),
    ]);
    assert.deepEqual(resourceFacts(local.resources), resourceFacts(inState));
    assert.deepEqual(local.outputs, inState.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs);
  });

  it("has nothing to change when it is previewed again", () =>
    stack.pulumi("preview", "--expect-no-changes"));

  it("updates its key in place for another rotation period, and nothing else", async () => {
    await stack.set("key.rotationPeriodInDays", "180");
    const printed = await stack.pulumi("up", "--yes", "--skip-preview");
    assert.deepEqual(stack.takeChanges(), ["updated vault-key"]);
    assert.match(printed, /Resources:\n +~ 1 updated\n +\d+ unchanged\n/);
  });
  return () => stack;
}
