import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { SandboxRun } from "../support/sandboxRun";

describe("an interrupted sandbox", () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "interruption-"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const moments: [string, RegExp, NodeJS.Signals, number][] = [
    ["while the program runs", /index\.ts with the configuration/, "SIGINT", 130],
    ["while servers start", /key shares asked for/, "SIGINT", 130],
    ["between its drills", /drill: kms:Decrypt/, "SIGTERM", 143],
  ];
  for (const [moment, shown, signal, expected] of moments) {
    it(`leaves no process, port or file behind: ${signal} ${moment}`, async () => {
      const run = new SandboxRun(["--stack", "dev"], { TMPDIR: directory });
      while (!shown.test(run.stderr)) {
        assert.equal(run.child.exitCode, null, run.stderr);
        await sleep(20);
      }
      const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(run.stderr)?.[0];
      run.child.kill(signal);
      const { status } = await run.end();

      assert.equal(status, expected);
      const left = (await readdir(directory)).filter((name) => name.startsWith("vault-auto-unseal-"));
      assert.deepEqual(left, []);
      const { stdout: processes } = await promisify(execFile)("ps", ["-A", "-o", "args"]);
      assert.ok(!processes.includes(directory), "a server is still there");
      assert.ok(endpoint, "the emulator's address was not shown");
      await assert.rejects(fetch(endpoint), "the emulator still answers");
    });
  }
});
