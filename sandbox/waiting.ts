import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks again and again until there is an answer.
 *
 * @param what it waits for, for the error.
 * @param answer gives undefined for "not yet"; what it throws ends the wait.
 * @param seconds how long it asks.
 * @throws Error if there was no answer in time.
 */
export async function until<T>(
  what: string,
  seconds: number,
  answer: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const got = await answer();
    if (got !== undefined) return got;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(50);
  }
}
