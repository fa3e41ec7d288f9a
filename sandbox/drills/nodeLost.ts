import type { Figure, Stage } from "../stage";
import { timed, unsealObjectiveSeconds } from "../stage";

/**
 * The active server's node lost, with its volume where the others have the data: they elect another leader, and the lost one
 * joins again with an empty disk. A single server keeps its volume; with it everything would be gone.
 */
export async function nodeLost({ servers, voters, checkSecret }: Stage): Promise<Figure[]> {
  const lost = (await servers.active()) ?? servers.first;
  const others = servers.others(lost);
  await lost.kill();
  const figures: Figure[] = [];
  if (others.length > 0) {
    await lost.eraseData();
    const seconds = await timed(async () => {
      await servers.untilServing(unsealObjectiveSeconds, others);
      await checkSecret();
    });
    figures.push({
      event: "active node lost with its disk",
      seen: "the others serve, secret read back",
      seconds,
    });
  } else {
    figures.push({ event: "the only node lost, its volume kept", seen: "nothing serves until it is back" });
  }
  const seconds = await timed(async () => {
    await lost.start();
    await servers.untilServing(unsealObjectiveSeconds);
  });
  await servers.untilVoting(60, voters);
  await checkSecret();
  figures.push({
    event: others.length > 0 ? "  it is back on an empty disk" : "  it is back on its volume",
    seen: others.length > 0 ? "joined by itself, unsealed, votes" : "unsealed, secret read back",
    seconds,
    objectiveSeconds: unsealObjectiveSeconds,
  });
  return figures;
}
