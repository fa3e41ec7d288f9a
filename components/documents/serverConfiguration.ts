import { parseArn } from "./arn";
import { sortedJson } from "./json";

/** Ports of a Vault server and its injector, as the chart fixes them. */
export const vaultPorts = { api: 8200, cluster: 8201, injectorWebhook: 8080 };

/** Where the volume for raft's data is mounted. */
export const dataPath = "/vault/data";

export interface ServerConfiguration {
  /** The unseal key, `arn:PARTITION:kms:REGION:ACCOUNT:key/ID`; the region of the seal is the key's own. */
  keyArn: string;
  /** The chart's full name, which the pods (`NAME-0`, ...) and the headless service (`NAME-internal`) are called after. */
  fullName: string;
  /** Raft members. Each one is listed in `retry_join`, so that nobody has to join nodes by hand. */
  replicas: number;
  ui: boolean;
  telemetry: Telemetry;
}

export interface Telemetry {
  /** How long a metric stays readable after its last change, a Go duration. */
  prometheusRetentionTime: string;
  /** Whether `/v1/sys/metrics` answers without a token. A sealed server can check no token. */
  unauthenticatedMetricsAccess: boolean;
}

/**
 * The configuration of a highly available Vault server on integrated storage that unseals itself with AWS KMS, as JSON text.
 *
 * It is text because the chart refuses a structured value, and JSON because old charts append `disable_mlock` to HCL even
 * where it is set already, which the server rejects.
 *
 * `performance_multiplier` is 1, what HashiCorp recommends for production: a new leader is elected in seconds, where the
 * default of 5 takes about three times as long.
 *
 * @see https://developer.hashicorp.com/vault/docs/configuration/storage/raft
 * @see https://developer.hashicorp.com/vault/docs/configuration/seal/awskms
 */
export function serverConfiguration(server: ServerConfiguration): string {
  return sortedJson(
    {
      ui: server.ui,
      // Raft maps its database into memory; locking it all there would exhaust the pod's limit.
      disable_mlock: true,
      listener: [
        {
          tcp: {
            address: `[::]:${vaultPorts.api}`,
            cluster_address: `[::]:${vaultPorts.cluster}`,
            tls_disable: true,
            telemetry: { unauthenticated_metrics_access: server.telemetry.unauthenticatedMetricsAccess },
          },
        },
      ],
      seal: { awskms: { region: parseArn(server.keyArn).region, kms_key_id: server.keyArn } },
      service_registration: { kubernetes: {} },
      storage: {
        raft: {
          path: dataPath,
          performance_multiplier: 1,
          retry_join: retryJoin(server.fullName, server.replicas),
        },
      },
      telemetry: {
        disable_hostname: true,
        prometheus_retention_time: server.telemetry.prometheusRetentionTime,
      },
    },
    2,
  );
}

function retryJoin(fullName: string, replicas: number): { leader_api_addr: string }[] {
  return Array.from({ length: replicas }, (_, ordinal) => ({
    leader_api_addr: `http://${fullName}-${ordinal}.${fullName}-internal:${vaultPorts.api}`,
  }));
}
