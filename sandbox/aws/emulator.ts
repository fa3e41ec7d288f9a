import getPort from "get-port";
import path from "node:path";
import { bareEnvironment, ManagedProcess } from "../childProcess";
import { until } from "../waiting";

/** The emulated account: the one AWS uses in its documentation. */
export const emulatedAccount = "111122223333";

/** An AWS emulator with IAM enforcement on, on a loopback port of its own. */
export class Emulator {
  private constructor(
    public readonly endpoint: string,
    private readonly process: ManagedProcess,
  ) {}

  /**
   * @param pythonBin the virtual environment's bin directory, with ministack in it.
   * @param directory for its log and its files.
   */
  public static async start(pythonBin: string, directory: string, region: string): Promise<Emulator> {
    const port = await getPort({ host: "127.0.0.1" });
    const emulator = new Emulator(
      `http://127.0.0.1:${port}`,
      ManagedProcess.start(
        path.join(pythonBin, "ministack"),
        [],
        {
          ...bareEnvironment(),
          AUTH: "true",
          BIND_HOST: "127.0.0.1",
          GATEWAY_PORT: String(port),
          MINISTACK_ACCOUNT_ID: emulatedAccount,
          MINISTACK_REGION: region,
          SERVICES: "kms,iam,sts,ec2",
          TMPDIR: directory,
        },
        path.join(directory, "emulator.log"),
      ),
    );
    await until("the AWS emulator to answer", 30, () => emulator.isReady());
    return emulator;
  }

  public async stop(): Promise<void> {
    await this.process.kill();
  }

  private async isReady(): Promise<true | undefined> {
    if (this.process.ended) throw new Error(`the AWS emulator ended:\n${await this.process.log()}`);
    const health = await fetch(`${this.endpoint}/_ministack/health`).catch(() => undefined);
    return health?.ok ? true : undefined;
  }
}
