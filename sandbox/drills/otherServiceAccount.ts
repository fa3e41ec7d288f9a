import type { Figure, Stage } from "../stage";
import { unsealObjectiveSeconds, timed } from "../stage";
import { until } from "../waiting";

/** A server whose pod runs under another service account: the role's trust must turn it away. */
export async function otherServiceAccount({ servers, checkSecret }: Stage): Promise<Figure[]> {
  const server = servers.last;
  const { credentials } = server;
  const own = credentials.serviceAccount;
  await server.kill();
  credentials.serviceAccount = { ...own, name: "default" };
  await server.start();
  const end = await until(`${server.place.podName} to give up without credentials`, 30, async () => {
    const status = await server.api.sealStatus().catch(() => undefined);
    if (status && !status.sealed) {
      throw new Error(
        `${server.place.podName} unsealed with the token of service account ${own.namespace}/default`,
      );
    }
    return server.running
      ? undefined
      : { status: server.exitStatus, cause: (await server.cause()) ?? "no cause logged" };
  });
  const refusal = await credentials.assumeRole().then(
    () => {
      throw new Error("STS gave the role to another service account");
    },
    (error: Error) => error.message,
  );
  if (servers.servers.length > 1) await servers.untilServing(10, servers.others(server));

  credentials.serviceAccount = own;
  const seconds = await timed(async () => {
    await server.start();
    await servers.untilServing(unsealObjectiveSeconds);
  });
  await checkSecret();
  return [
    {
      event: "token of another service account",
      seen: `exit status ${end.status ?? "?"}: ${end.cause} (STS: ${refusal})`,
    },
    {
      event: "  repaired: its own token, started again",
      seen: "secret read back",
      seconds,
      objectiveSeconds: unsealObjectiveSeconds,
    },
  ];
}
