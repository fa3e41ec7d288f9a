import type { VaultCluster } from "../servers/vaultCluster";
import { unsealObjectiveSeconds, type Figure, type Stage } from "../stage";

/** Kills every server at once with SIGKILL and starts them: they must unseal and serve on their own. */
export async function allKilled({ servers, checkSecret }: Stage): Promise<Figure[]> {
  const { unsealed, serving } = await killAndStart(servers);
  await checkSecret();
  const objectiveSeconds = unsealObjectiveSeconds;
  return [
    { event: "all killed: unsealed again", seen: "every server", seconds: unsealed, objectiveSeconds },
    {
      event: "all killed: serving again",
      seen: "leader elected, secret read back",
      seconds: serving,
      objectiveSeconds,
    },
  ];
}

/** Seconds from the start of servers that were killed until all are unsealed, and until all serve. */
export async function killAndStart(servers: VaultCluster): Promise<{ unsealed: number; serving: number }> {
  await servers.killAll();
  const begin = performance.now();
  const since = () => (performance.now() - begin) / 1000;
  await servers.start();
  await servers.untilUnsealed(unsealObjectiveSeconds);
  const unsealed = since();
  await servers.untilServing(unsealObjectiveSeconds);
  return { unsealed, serving: since() };
}
