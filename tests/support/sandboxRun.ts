import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

export const root = path.resolve(__dirname, "..", "..");

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The sandbox's command, as `make sandbox` calls it. */
export class SandboxRun {
  public stderr = "";
  private stdout = "";
  public readonly child: ChildProcessWithoutNullStreams;

  public constructor(args: string[], env: Record<string, string> = {}) {
    this.child = spawn(
      process.execPath,
      ["--require", "tsx/cjs", path.join(root, "sandbox", "main.ts"), ...args],
      {
        cwd: root,
        env: { ...process.env, ...env },
      },
    );
    this.child.stdout.on("data", (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  public async end(): Promise<Ended> {
    const [status] = (await once(this.child, "close")) as [number | null];
    return { status, stdout: this.stdout, stderr: this.stderr };
  }
}
