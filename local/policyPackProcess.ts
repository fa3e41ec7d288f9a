import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** Starting takes about a second, a resource a few milliseconds: a pack still busy then is stuck. */
const longestRunMilliseconds = 120_000;

/** The process of a policy pack, started as Pulumi's language host for Node.js starts it. */
export class PolicyPackProcess {
  private constructor(
    private readonly child: PackChild,
    private readonly client: AnalyzerClient,
    private readonly printed: string[],
  ) {}

  /** @throws Error if the process ends, or prints something else than its service's port first. */
  public static async start(directory: string, project: string, stack: string): Promise<PolicyPackProcess> {
    const manifest = path.resolve(directory, "package.json");
    const launcher = createRequire(manifest).resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const child = spawn(process.execPath, [launcher, "127.0.0.1:0", "."], {
      cwd: directory,
      env: {
        ...process.env,
        PULUMI_NODEJS_PROJECT: project,
        PULUMI_NODEJS_STACK: stack,
        PULUMI_NODEJS_DRY_RUN: "true",
      },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: longestRunMilliseconds,
      killSignal: "SIGKILL",
    });
    endWithThisProcess(child);
    const printed: string[] = [];
    child.stderr.on("data", (chunk: Buffer) => printed.push(chunk.toString()));
    const lines = createInterface(child.stdout);
    const ended = once(child, "close").then(() => ["no port"]);
    const [port] = (await Promise.race([once(lines, "line"), ended])) as [string];
    lines.on("line", (line) => printed.push(`${line}\n`));
    if (!/^\d+$/.test(port)) {
      await end(child);
      throw failure(`it gave ${port} for its port`, printed);
    }
    const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
    });
    return new PolicyPackProcess(child, client, printed);
  }

  /** @throws Error with what the pack answered and what it printed. */
  public ask<Response>(
    call: (
      client: AnalyzerClient,
      answer: (error: grpc.ServiceError | null, response: Response) => void,
    ) => unknown,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      call(this.client, (error, response) =>
        error ? reject(failure(error.details, this.printed)) : resolve(response),
      );
    });
  }

  /** Ends the process and waits until it is gone. */
  public async stop(): Promise<void> {
    this.client.close();
    await end(this.child);
  }
}

function failure(reason: string, printed: string[]): Error {
  return new Error(["the policy pack failed", reason, printed.join("").trim()].filter(Boolean).join(": "));
}

type PackChild = ChildProcessByStdio<null, Readable, Readable>;

async function end(child: PackChild): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** Ends a child with this process, whichever way this one ends short of SIGKILL. */
function endWithThisProcess(child: PackChild): void {
  const kill = (): boolean => child.kill("SIGKILL");
  const endOnSignal = (signal: NodeJS.Signals): void => {
    kill();
    // This listener comes first, so all others still count. Without any the signal ends this process, as it would have.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  process.once("exit", kill);
  signals.forEach((signal) => process.prependOnceListener(signal, endOnSignal));
  child.once("close", () => {
    process.off("exit", kill);
    signals.forEach((signal) => process.off(signal, endOnSignal));
  });
}
