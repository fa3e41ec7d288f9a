import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { CredentialsEndpoint } from "../aws/credentialsEndpoint";
import { bareEnvironment, ManagedProcess } from "../childProcess";
import type { LocalServer } from "./localConfiguration";
import { VaultApi } from "./vaultApi";

/** One server of the release, a real process that can be killed and started again on the same data. */
export class VaultServer {
  public readonly api: VaultApi;
  private process?: ManagedProcess;
  /** How often it was started. */
  public starts = 0;

  /**
   * @param binary the server's program, `vault` or `bao`.
   * @param configuration its configuration, adapted to this machine.
   * @param environment variables of its container, apart from credentials.
   */
  public constructor(
    public readonly place: LocalServer,
    public readonly credentials: CredentialsEndpoint,
    private readonly binary: string,
    private readonly configuration: string,
    private readonly environment: Record<string, string>,
    private readonly directory: string,
  ) {
    this.api = new VaultApi(`http://${place.apiAddress}`);
  }

  public get running(): boolean {
    return this.process !== undefined && !this.process.ended;
  }

  public get exitStatus(): number | undefined {
    return this.process?.exitStatus;
  }

  public async start(): Promise<void> {
    const file = path.join(this.directory, `${this.place.podName}.json`);
    await writeFile(file, this.configuration, { mode: 0o600 });
    await mkdir(this.place.dataDirectory, { recursive: true, mode: 0o700 });
    this.starts += 1;
    this.process = ManagedProcess.start(
      this.binary,
      ["server", `-config=${file}`],
      { ...bareEnvironment(), ...this.environment, ...this.credentials.environment },
      path.join(this.directory, `${this.place.podName}.${this.starts}.log`),
    );
  }

  /** SIGKILL: no farewell to its peers, nothing flushed. */
  public async kill(): Promise<void> {
    await this.process?.kill();
  }

  /** What a lost volume leaves: nothing. */
  public async eraseData(): Promise<void> {
    await rm(this.place.dataDirectory, { recursive: true, force: true });
  }

  /** What it has logged since it was last started. */
  public async log(): Promise<string> {
    return (await this.process?.log()) ?? "";
  }

  /** One line on how it ended. */
  public async epitaph(): Promise<string> {
    const lastLines = (await this.log()).trim().split("\n").slice(-3).join(" | ");
    return `${this.place.podName} ended with status ${this.exitStatus ?? "unknown"}: ${(await this.cause()) ?? lastLines}`;
  }

  /** One line of its log that tells why it is not unsealed, or nothing. */
  public async cause(): Promise<string | undefined> {
    const lines = (await this.log()).split("\n");
    const telling = lines.map((line) => causes.map((cause) => cause.exec(line)?.[0]).find(Boolean));
    return telling.findLast((line) => line !== undefined)?.slice(0, 200);
  }
}

/** How the AWS SDK in the server words its errors, the most telling part of the line. */
const causes = [
  /NoCredentialProviders: [^\n"]*/,
  /\w+Exception: [^\n"]*/,
  /ExpiredToken\w*: [^\n"]*/,
  /CredentialsEndpointError: [^\n"]*/,
];
