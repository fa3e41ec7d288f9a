/**
 * The least a server needs to serve in a raft cluster and unseal itself, with the seal, the peers and the timing of a full
 * configuration.
 */
export function minimalConfiguration(full: string, fullName: string): string {
  const { seal, storage } = JSON.parse(full) as {
    seal: object;
    storage: {
      raft: { path: string; performance_multiplier: number; retry_join: { leader_api_addr: string }[] };
    };
  };
  const { path, performance_multiplier, retry_join } = storage.raft;
  return JSON.stringify({
    listener: { tcp: { address: "[::]:8200", cluster_address: "[::]:8201", tls_disable: true } },
    seal,
    storage: {
      raft: {
        path,
        performance_multiplier,
        retry_join: retry_join.map((_, ordinal) => ({
          leader_api_addr: `http://${fullName}-${ordinal}.${fullName}-internal:8200`,
        })),
      },
    },
  });
}
