import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { ruleGroups } from "../../../components/documents/monitoring/alertRules";
import { dashboard } from "../../../components/documents/monitoring/dashboard";
import { VaultMonitoring, type VaultMonitoringArgs } from "../../../components/vaultMonitoring";
import { assertRefused, noting, registered } from "../../support/pulumiMocks";
import { inOrder, mockMonitoringCloud } from "./cloudMocks";

async function make(args: VaultMonitoringArgs = {}) {
  const resources = await mockMonitoringCloud();
  const declared: pulumi.ResourceTransformationArgs[] = [];
  const monitoring = new VaultMonitoring("vault", args, noting(declared));
  await registered();
  return { monitoring, resources: inOrder(resources), declared };
}

const release = { namespace: "vault", releaseName: "vault" };
const metadata = { name: "vault-monitoring", namespace: "vault", labels: { release: "prometheus" } };
const endpoint = {
  port: "http",
  scheme: "http",
  path: "/v1/sys/metrics",
  params: { format: ["prometheus"] },
  interval: "15s",
};

describe("VaultMonitoring", () => {
  it("scrapes every server, alerts and draws", async () => {
    const { monitoring, resources, declared } = await make();
    assert.deepEqual(resources, [
      {
        type: "kubernetes:core/v1:ConfigMap",
        name: "vault-dashboard",
        inputs: {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { ...metadata, labels: { release: "prometheus", grafana_dashboard: "1" } },
          data: { "vault-vault-vault.json": dashboard(release) },
        },
      },
      {
        type: "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
        name: "vault-rules",
        inputs: {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "PrometheusRule",
          metadata,
          spec: { groups: plain(ruleGroups({ ...release, replicas: 3, evaluationIntervalInSeconds: 15 })) },
        },
      },
      {
        type: "kubernetes:monitoring.coreos.com/v1:ServiceMonitor",
        name: "vault-service-monitor",
        inputs: {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "ServiceMonitor",
          metadata,
          spec: {
            selector: { matchLabels: { "app.kubernetes.io/instance": "vault", "vault-internal": "true" } },
            endpoints: [endpoint],
          },
        },
      },
      { type: "vault-auto-unseal:index:VaultMonitoring", name: "vault", inputs: {} },
    ]);
    assert.deepEqual(
      declared.map(({ opts }) => opts.parent),
      [undefined, monitoring, monitoring, monitoring],
    );
  });

  it("follows the release's settings", async () => {
    const { resources } = await make({
      namespace: "security",
      releaseName: "safe",
      replicas: 5,
      scrapeIntervalInSeconds: 5,
      labels: { team: "sre" },
    });
    const other = { namespace: "security", releaseName: "safe" };
    const [configMap, rules, serviceMonitor] = resources.map(({ inputs }) => inputs);
    const labelled = { name: "safe-monitoring", namespace: "security", labels: { team: "sre" } };
    assert.deepEqual(serviceMonitor?.metadata, labelled);
    assert.deepEqual(serviceMonitor?.spec, {
      selector: { matchLabels: { "app.kubernetes.io/instance": "safe", "vault-internal": "true" } },
      endpoints: [{ ...endpoint, interval: "5s" }],
    });
    assert.deepEqual(rules?.metadata, labelled);
    assert.deepEqual(rules?.spec, {
      groups: plain(ruleGroups({ ...other, replicas: 5, evaluationIntervalInSeconds: 5 })),
    });
    assert.deepEqual(configMap?.metadata, { ...labelled, labels: { team: "sre", grafana_dashboard: "1" } });
    assert.deepEqual(configMap?.data, { "vault-security-safe.json": dashboard(other) });
  });

  it("checks the servers' certificates where they have some", async () => {
    const { resources } = await make({
      tls: { caSecretName: "vault-ca", serverName: "vault.vault.svc" },
    });
    assert.deepEqual((resources[2]?.inputs.spec as { endpoints: unknown[] }).endpoints, [
      {
        ...endpoint,
        port: "https",
        scheme: "https",
        tlsConfig: { ca: { secret: { name: "vault-ca", key: "ca.crt" } }, serverName: "vault.vault.svc" },
      },
    ]);
  });

  const refused: [Record<string, unknown>, string][] = [
    [
      { scrapeIntervalInSeconds: 60 },
      "scrapeIntervalInSeconds is 60; it must be a whole number of seconds from 5 to 30",
    ],
    [{ replicas: 0 }, "replicas is 0; it must be a whole number of servers from 1 to 7"],
    [{ labels: { release: 1 } }, "labels.release is 1; it must be text"],
    [
      { tls: { caSecretName: "vault-ca" } },
      'tls.serverName is missing; it must be a DNS name in lower case, e.g. "vault.example.com"',
    ],
    [
      { tls: { caSecretName: "vault-ca", serverName: "vault", insecureSkipVerify: true } },
      'tls has no setting "insecureSkipVerify"; it takes caSecretName, serverName',
    ],
  ];
  for (const [args, message] of refused) {
    it(`refuses ${JSON.stringify(args)}`, async () => {
      await assertRefused(
        () => new VaultMonitoring("vault", args as VaultMonitoringArgs),
        `VaultMonitoring "vault": ${message}`,
      );
    });
  }
});

/** As the engine gets it: without what is undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
