import type { AwsClients } from "./aws/clients";
import type { Release } from "./servers/releaseValues";
import type { VaultCluster } from "./servers/vaultCluster";

/** What the drills play on: a cluster of initialised servers with a secret in it, and the cloud under it. */
export interface Stage {
  /** The emulated account's root. */
  aws: AwsClients;
  release: Release;
  servers: VaultCluster;
  /** The unseal key. */
  keyId: string;
  /** Name of Vault's role. */
  roleName: string;
  /** Ids of the raft members that vote; none while no server is active. */
  voters(): Promise<string[]>;
  /** Reads the secret that was written at first. Throws if it is not what was written. */
  checkSecret(): Promise<void>;
}

/** What a step found. */
export interface Figure {
  /** What happened. */
  event: string;
  /** One line: what was seen, or why it failed. */
  seen: string;
  /** How long it took, where time matters. */
  seconds?: number;
  /** What it may take at most. */
  objectiveSeconds?: number;
}

/** The objective for an unseal. Source: the service level that the design sets, 99.9 % of unseals within 30 s. */
export const unsealObjectiveSeconds = 30;

/** Runs something and tells how many seconds it took. */
export async function timed(run: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await run();
  return (performance.now() - begin) / 1000;
}
