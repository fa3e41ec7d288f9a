import type { Figure, Stage } from "../stage";
import { timed, unsealObjectiveSeconds } from "../stage";
import { until } from "../waiting";

/** Something taken from the seal that the servers wait for, and its return. */
export interface Outage {
  event: string;
  /** What must be in the cause that each server logs. */
  cause: RegExp;
  begin(): Promise<void>;
  /** What puts it right, for the table. */
  repair: string;
  end(): Promise<void>;
}

/**
 * Takes something from the seal, kills all servers and starts them: they must stay up, sealed, and say why. Then puts it right:
 * they must unseal on their own, without another start.
 */
export async function sealedUntilRepaired(stage: Stage, outage: Outage): Promise<Figure[]> {
  const { servers, checkSecret } = stage;
  await outage.begin();
  // Running servers hold the root key in memory and go on serving.
  await servers.untilServing(10);
  await checkSecret();
  await servers.killAll();
  await servers.start();
  const seen = await Promise.all(
    servers.servers.map((server) =>
      until(`${server.place.podName} to say why it stays sealed`, 30, async () => {
        const status = await server.api.sealStatus().catch(() => undefined);
        if (status && !status.sealed)
          throw new Error(`${server.place.podName} unsealed although: ${outage.event}`);
        if (!server.running)
          throw new Error(`${server.place.podName} ended: ${(await server.cause()) ?? "no cause logged"}`);
        const cause = await server.cause();
        return cause && outage.cause.test(cause) ? cause : undefined;
      }),
    ),
  );
  const starts = servers.servers.map(({ starts }) => starts);
  await outage.end();
  const seconds = await timed(async () => {
    await servers.untilUnsealed(unsealObjectiveSeconds);
    await servers.untilServing(unsealObjectiveSeconds);
  });
  await checkSecret();
  if (servers.servers.some((server, at) => server.starts !== starts[at]))
    throw new Error("a server was started again");
  return [
    { event: outage.event, seen: `up, sealed: ${seen[0] ?? ""}` },
    {
      event: `  repaired: ${outage.repair}, no restart`,
      seen: "secret read back",
      seconds,
      objectiveSeconds: unsealObjectiveSeconds,
    },
  ];
}
