import { asRecord } from "./record";

/** What the sandbox needs of a Helm release of the HashiCorp chart: what the chart would make of its values. */
export interface Release {
  /** The chart's full name; pods are called after it. */
  fullName: string;
  namespace: string;
  replicas: number;
  /** The text the server would read as its configuration. */
  configuration: string;
  /** Whether each server's raft id is its pod's name. */
  setNodeId: boolean;
  serviceAccountName: string;
  /** The role of the service account's annotation; empty if there is none. */
  roleArn: string;
  environment: Record<string, string>;
}

/**
 * Reads a `kubernetes:helm.sh/v3:Release`'s inputs as the chart's templates would (`vault.fullname`, `vault.config`,
 * `vault.replicas`, `vault.serviceAccount.name`).
 *
 * @throws Error where the values make no server that could unseal itself.
 */
export function readRelease(inputs: Record<string, unknown>): Release {
  const values = record(inputs.values);
  const server = record(values.server);
  const ha = record(server.ha);
  const raft = record(ha.raft);
  if (ha.enabled !== true || raft.enabled !== true) {
    throw new Error("the release is not in HA mode with raft (server.ha.enabled, server.ha.raft.enabled)");
  }
  if (typeof raft.config !== "string") {
    throw new Error(
      "server.ha.raft.config, which the server reads, is no text: the chart refuses a structured configuration",
    );
  }
  const releaseName = String(inputs.name);
  const fullName =
    typeof values.fullnameOverride === "string"
      ? values.fullnameOverride
      : releaseName.includes("vault")
        ? releaseName
        : `${releaseName}-vault`;
  const serviceAccount = record(server.serviceAccount);
  return {
    fullName,
    namespace: String(inputs.namespace),
    replicas: typeof ha.replicas === "number" ? ha.replicas : 3,
    configuration: raft.config,
    setNodeId: raft.setNodeId === true,
    serviceAccountName:
      typeof serviceAccount.name === "string" && serviceAccount.name ? serviceAccount.name : fullName,
    roleArn: String(record(serviceAccount.annotations)["eks.amazonaws.com/role-arn"] ?? ""),
    environment: Object.fromEntries(
      Object.entries(record(server.extraEnvironmentVars)).map(([name, value]) => [name, String(value)]),
    ),
  };
}

function record(value: unknown): Record<string, unknown> {
  return asRecord(value) ?? {};
}
