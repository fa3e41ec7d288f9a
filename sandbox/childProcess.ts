import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";

const running = new Set<ChildProcess>();
// Whatever way this process ends short of SIGKILL, none that it started stays behind.
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** A process that the sandbox started, its output in a file. */
export class ManagedProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly logFile: string,
  ) {}

  /** @param env the whole environment: nothing is inherited, so no credentials of the person's own reach it. */
  public static start(
    command: string,
    args: string[],
    env: Record<string, string>,
    logFile: string,
  ): ManagedProcess {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const log = createWriteStream(logFile, { mode: 0o600 });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once("error", (error) => log.write(`${error.message}\n`));
    child.once("close", () => log.end());
    running.add(child);
    child.once("exit", () => running.delete(child));
    return new ManagedProcess(child, logFile);
  }

  public get ended(): boolean {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Exit status, or nothing while it runs and when a signal ended it. */
  public get exitStatus(): number | undefined {
    return this.child.exitCode ?? undefined;
  }

  /** SIGKILL, and waits until it is gone. */
  public async kill(): Promise<void> {
    if (this.ended) return;
    const gone = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await gone;
  }

  /** Everything it has printed. */
  public log(): Promise<string> {
    return readFile(this.logFile, "utf8");
  }
}

/** Only what a program needs to find its own files; see {@link ManagedProcess.start}. */
export function bareEnvironment(): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/" };
}
