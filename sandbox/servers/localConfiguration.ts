import { asRecord } from "./record";

/** Where one server of the release runs on this machine. */
export interface LocalServer {
  /** The pod's name, `NAME-0`. */
  podName: string;
  apiAddress: string;
  clusterAddress: string;
  dataDirectory: string;
}

/** One thing that had to be changed in a configuration to run it here. */
export interface Replacement {
  setting: string;
  from: string;
  to: string;
}

/**
 * Puts a server's configuration on this machine: its addresses, its data path and the addresses of its raft peers are replaced,
 * the KMS endpoint is added to the seal, and the Kubernetes service registration is left out. All else stays as it was written.
 *
 * @param text the configuration as the chart hands it to the server.
 * @throws Error if the configuration has no awskms seal, or a peer that the release has no pod for.
 */
export function localConfiguration(
  text: string,
  server: LocalServer,
  peers: LocalServer[],
  kmsEndpoint: string,
): { text: string; replacements: Replacement[] } {
  const configuration = parsed(text);
  const replacements: Replacement[] = [];
  const put = (holder: Record<string, unknown>, name: string, setting: string, to: string) => {
    replacements.push({ setting, from: String(holder[name] ?? "(not set)"), to });
    holder[name] = to;
  };

  const seal = only(configuration.seal, "awskms");
  if (!seal) {
    throw new Error(
      "the configuration that the server reads has no awskms seal: it would ask for unseal keys at every start",
    );
  }
  put(seal, "endpoint", "seal.awskms.endpoint", kmsEndpoint);

  const listener = only(configuration.listener, "tcp");
  if (!listener) throw new Error("the configuration that the server reads has no tcp listener");
  put(listener, "address", "listener.tcp.address", server.apiAddress);
  put(listener, "cluster_address", "listener.tcp.cluster_address", server.clusterAddress);

  const raft = only(configuration.storage, "raft");
  if (!raft) throw new Error("the configuration that the server reads has no raft storage");
  put(raft, "path", "storage.raft.path", server.dataDirectory);
  for (const join of Array.isArray(raft.retry_join) ? (raft.retry_join as Record<string, unknown>[]) : []) {
    const address = new URL(String(join.leader_api_addr));
    const peer = peers.find(({ podName }) => podName === address.hostname.split(".")[0]);
    if (!peer) throw new Error(`retry_join names ${address.host}, and the release has no such pod`);
    put(
      join,
      "leader_api_addr",
      "storage.raft.retry_join.leader_api_addr",
      `${address.protocol}//${peer.apiAddress}`,
    );
  }

  if (configuration.service_registration !== undefined) {
    replacements.push({
      setting: "service_registration",
      from: JSON.stringify(configuration.service_registration),
      to: "(left out)",
    });
    delete configuration.service_registration;
  }
  return { text: JSON.stringify(configuration, null, 2), replacements };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`the server configuration is not JSON (${(error as Error).message})`, { cause: error });
  }
}

/** The body of a labelled block, `{ "tcp": {...} }` or the same in a list. */
function only(block: unknown, label: string): Record<string, unknown> | undefined {
  const blocks: unknown[] = Array.isArray(block) ? block : [block];
  return blocks.map((each) => asRecord(asRecord(each)?.[label])).find((body) => body !== undefined);
}
