import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "./argumentErrors";
import { dnsLabel, dnsName, limits, releaseName, settings, stringMap, wholeNumber } from "./argumentSchemas";
import { ruleGroups } from "./documents/monitoring/alertRules";
import { dashboard } from "./documents/monitoring/dashboard";

/** How Prometheus checks the servers' certificates. */
export interface MetricsTlsSettings {
  /** A Secret of the release's namespace that has the certificate of the servers' authority under "ca.crt". */
  caSecretName: string;
  /** The name that the servers' certificates are for: Prometheus connects to a pod's address, which none of them names. */
  serverName: string;
}

export interface VaultMonitoringArgs {
  /** Namespace of the release, and of all that is made here. Default "vault". */
  namespace?: string;
  /** Name of the release, as given to VaultRelease. Default "vault". */
  releaseName?: string;
  /** Raft members of the release, 1 to 7. Default 3. */
  replicas?: number;
  /** Seconds between two scrapes and between two evaluations of the rules, 5 to 30. Default 15. */
  scrapeIntervalInSeconds?: number;
  /** Labels by which the Prometheus operator selects ServiceMonitors and PrometheusRules. Default `{ release: "prometheus" }`. */
  labels?: { [key: string]: string };
  /** For servers that listen with TLS. Default: plain HTTP, as VaultRelease configures them. */
  tls?: MetricsTlsSettings;
}

/** Fewer scrapes than one in 30 s would not see an unseal that is late by as much. */
const scrapeIntervalInSeconds = { min: 5, max: 30 };

const argsSchema = settings({
  namespace: dnsLabel.default("vault"),
  releaseName: releaseName.default("vault"),
  replicas: wholeNumber(limits.replicas, "servers").default(3),
  scrapeIntervalInSeconds: wholeNumber(scrapeIntervalInSeconds, "seconds").default(15),
  labels: stringMap.default({ release: "prometheus" }),
  tls: settings({ caSecretName: dnsName, serverName: dnsName }).optional(),
});

/**
 * Prometheus and Grafana for a release: a ServiceMonitor, a PrometheusRule and a dashboard. The cluster needs the Prometheus
 * operator, and Grafana's sidecar for the dashboard.
 *
 * Metrics are read without a token (`server.telemetry.unauthenticatedMetricsAccess`): a sealed server can check none, and it is
 * the one that matters.
 *
 * @see https://prometheus-operator.dev/docs/api-reference/api/
 */
export class VaultMonitoring extends pulumi.ComponentResource {
  constructor(name: string, args: VaultMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    const monitored = checked(argsSchema, args, `VaultMonitoring "${name}": `);
    super("vault-auto-unseal:index:VaultMonitoring", name, {}, opts);
    const { namespace, releaseName, replicas, labels } = monitored;
    const metadata = { name: `${releaseName}-monitoring`, namespace, labels };

    new k8s.apiextensions.CustomResource(
      `${name}-service-monitor`,
      {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "ServiceMonitor",
        metadata,
        spec: {
          // The headless service: it has every server, ready or not; a sealed one is not.
          selector: { matchLabels: { "app.kubernetes.io/instance": releaseName, "vault-internal": "true" } },
          endpoints: [endpoint(monitored)],
        },
      },
      { parent: this },
    );
    new k8s.apiextensions.CustomResource(
      `${name}-rules`,
      {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "PrometheusRule",
        metadata,
        spec: {
          groups: ruleGroups({
            namespace,
            releaseName,
            replicas,
            evaluationIntervalInSeconds: monitored.scrapeIntervalInSeconds,
          }),
        },
      },
      { parent: this },
    );
    new k8s.core.v1.ConfigMap(
      `${name}-dashboard`,
      {
        // What the sidecar of the Grafana chart looks for; it puts the files of all ConfigMaps into one directory.
        metadata: { ...metadata, labels: { ...labels, grafana_dashboard: "1" } },
        data: { [`vault-${namespace}-${releaseName}.json`]: dashboard({ namespace, releaseName }) },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** The chart calls the service's port after its scheme. */
function endpoint({
  tls,
  scrapeIntervalInSeconds: seconds,
}: {
  tls?: MetricsTlsSettings;
  scrapeIntervalInSeconds: number;
}) {
  const scheme = tls ? "https" : "http";
  return {
    port: scheme,
    scheme,
    path: "/v1/sys/metrics",
    params: { format: ["prometheus"] },
    interval: `${seconds}s`,
    ...(tls && {
      tlsConfig: { ca: { secret: { name: tls.caSecretName, key: "ca.crt" } }, serverName: tls.serverName },
    }),
  };
}
