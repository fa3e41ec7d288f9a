import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** Everything a run of the sandbox leaves to be ended: its directory, processes and ports. */
export class Workspace {
  private readonly endings: (() => Promise<void>)[] = [];
  private closing?: Promise<void>;

  private constructor(
    /** Readable by this user only. */
    public readonly directory: string,
  ) {}

  public static async create(): Promise<Workspace> {
    const directory = await mkdtemp(path.join(tmpdir(), "vault-auto-unseal-"));
    const workspace = new Workspace(directory);
    workspace.endings.push(() => rm(directory, { recursive: true, force: true }));
    return workspace;
  }

  /** Registers what is to be ended; the last comes first. */
  public ending(end: () => Promise<void>): void {
    this.endings.push(end);
  }

  /** Ends everything, once, however often it is asked. */
  public close(): Promise<void> {
    this.closing ??= (async () => {
      for (const end of this.endings.reverse()) await end();
    })();
    return this.closing;
  }
}
