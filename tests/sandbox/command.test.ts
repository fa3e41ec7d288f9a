import assert from "node:assert/strict";
import { SandboxRun } from "../support/sandboxRun";

describe("the sandbox's command", () => {
  const wrong: [string[], RegExp][] = [
    [["--stak", "dev"], /unknown option '--stak'/],
    [["--server", "consul"], /'consul' is invalid.*openbao, vault/s],
    [["--project", "docs"], /there is no Pulumi\.yaml in it/],
  ];
  it("refuses a server that is not on PATH, with status 2", async () => {
    const { status, stderr } = await new SandboxRun(["--server", "vault"], { PATH: "/nowhere" }).end();
    assert.match(stderr, /there is no vault on PATH/);
    assert.equal(status, 2);
  });

  for (const [args, message] of wrong) {
    it(`refuses ${args.join(" ")} with status 2`, async () => {
      const { status, stderr } = await new SandboxRun(args).end();
      assert.match(stderr, message);
      assert.equal(status, 2);
    });
  }

  it("says which stack there is none of, as JSON too", async () => {
    const { status, stdout } = await new SandboxRun(["--stack", "nowhere", "--json"]).end();
    assert.deepEqual(JSON.parse(stdout), {
      held: false,
      stack: "nowhere",
      error: 'there is no stack "nowhere": Pulumi.nowhere.yaml does not exist',
    });
    assert.equal(status, 1);
  });

  it("explains itself with --help", async () => {
    const { status, stdout } = await new SandboxRun(["--help"]).end();
    assert.match(stdout, /--stack <name>/);
    assert.equal(status, 0);
  });
});
