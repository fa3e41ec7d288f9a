import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { readSettings } from "../config";

const enough = {
  cluster: { name: "prod", nodeSecurityGroupId: "sg-0a1b2c3d4e5f60718" },
  chart: { version: "0.34.1" },
};

/** Settings as Pulumi would hand them over: text as it is, all else as JSON. */
function configure(settings: Record<string, unknown>): void {
  const entries = Object.entries({ ...enough, ...settings }).filter(([, value]) => value !== undefined);
  pulumi.runtime.setAllConfig({
    "aws:region": "eu-west-1",
    ...Object.fromEntries(
      entries.map(([name, value]) => [
        `vault-auto-unseal:${name}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  });
}

function refusal(settings: Record<string, unknown>): string {
  configure(settings);
  try {
    readSettings();
  } catch (error) {
    assert.ok(pulumi.RunError.isInstance(error), String(error));
    return error.message;
  }
  return "";
}

describe("readSettings", () => {
  before(async () => {
    const mocks = { newResource: () => ({ id: "", state: {} }), call: () => ({}) };
    await pulumi.runtime.setMocks(mocks, "vault-auto-unseal", "test");
  });
  after(() => pulumi.runtime.setAllConfig({}));

  it("fills in the defaults", () => {
    configure({});
    assert.deepEqual(readSettings(), {
      cluster: enough.cluster,
      namespace: "vault",
      releaseName: "vault",
      chart: { version: "0.34.1", source: "https://helm.releases.hashicorp.com" },
      server: {
        replicas: 3,
        tolerations: [],
        dataStorage: { size: "10Gi" },
        auditStorage: { enabled: true, size: "10Gi" },
        telemetry: { prometheusRetentionTime: "24h", unauthenticatedMetricsAccess: true },
        ui: true,
      },
      injector: { enabled: true, tolerations: [] },
      key: {},
      values: {},
    });
  });

  it("takes every setting", () => {
    const resources = { requests: { cpu: "100m", memory: "200Mi" }, limits: { memory: "1.5Gi" } };
    const tolerations = [{ key: "xquare/platform", operator: "Equal", value: "true", effect: "NoSchedule" }];
    const given = {
      namespace: "security",
      releaseName: "safe",
      serviceAccountName: "unsealer",
      key: {
        aliasName: "alias/safe",
        deletionWindowInDays: 7,
        rotationPeriodInDays: 90,
        protect: false,
        retainOnDelete: false,
      },
      chart: { version: "0.29.0", source: "oci://registry.example.com/charts/vault" },
      server: {
        replicas: 5,
        resources,
        tolerations,
        dataStorage: { size: "20Gi", storageClass: "gp3" },
        auditStorage: { enabled: false, size: "5Gi", storageClass: "gp3" },
        ingress: {
          host: "vault.example.com",
          ingressClassName: "nginx",
          tlsSecretName: "vault-tls",
          annotations: { "cert-manager.io/issuer": "ca" },
        },
        telemetry: { prometheusRetentionTime: "1h30m", unauthenticatedMetricsAccess: false },
        ui: false,
      },
      injector: { enabled: false, resources, tolerations },
      values: { server: { logLevel: "debug" } },
      tags: { environment: "test" },
    };
    configure({ ...given, cluster: { name: "prod" } });
    assert.deepEqual(readSettings(), { ...given, cluster: { name: "prod" } });
  });

  it("takes a cluster that is to be made", () => {
    configure({ cluster: undefined, newCluster: {} });
    assert.deepEqual(readSettings().cluster, { name: "vault", instanceType: "t3.medium", nodes: 3 });
  });

  it("keeps values with a secret in them secret", async () => {
    configure({ values: { server: { logLevel: "debug" } } });
    process.env.PULUMI_CONFIG_SECRET_KEYS = '["vault-auto-unseal:values"]';
    try {
      assert.equal(await pulumi.isSecret(pulumi.output(readSettings().values)), true);
    } finally {
      delete process.env.PULUMI_CONFIG_SECRET_KEYS;
    }
  });

  const refusals: [Record<string, unknown>, string][] = [
    [{ replicas: "3" }, 'vault-auto-unseal: has no setting "replicas"; it takes '],
    [{ tag: {} }, 'vault-auto-unseal: has no setting "tag" (did you mean "tags"?); it takes '],
    [
      { key: { deletionWindow: 30 } },
      'vault-auto-unseal:key has no setting "deletionWindow" (did you mean "deletionWindowInDays"?); it takes existingKeyArn, ',
    ],
    [{ key: "new" }, 'vault-auto-unseal:key is "new"; it must be a map of existingKeyArn, aliasName, '],
    [
      { key: { deletionWindowInDays: 6 } },
      "vault-auto-unseal:key.deletionWindowInDays is 6; it must be a whole number of days from 7 to 30",
    ],
    [
      { key: { deletionWindowInDays: 31 } },
      "vault-auto-unseal:key.deletionWindowInDays is 31; it must be a whole number of days from 7 to 30",
    ],
    [
      { key: { deletionWindowInDays: "30" } },
      'vault-auto-unseal:key.deletionWindowInDays is "30"; it must be a whole number of days from 7 to 30',
    ],
    [
      { key: { rotationPeriodInDays: 89 } },
      "vault-auto-unseal:key.rotationPeriodInDays is 89; it must be a whole number of days from 90 to 2560",
    ],
    [
      { key: { rotationPeriodInDays: 2561 } },
      "vault-auto-unseal:key.rotationPeriodInDays is 2561; it must be a whole number of days from 90 to 2560",
    ],
    [{ key: { protect: "yes" } }, 'vault-auto-unseal:key.protect is "yes"; it must be true or false'],
    [
      { key: { aliasName: "vault" } },
      'vault-auto-unseal:key.aliasName is "vault"; it must be "alias/" and a name of ',
    ],
    [
      { key: { existingKeyArn: "1234abcd" } },
      'vault-auto-unseal:key.existingKeyArn is "1234abcd"; it must be the ARN of a KMS key',
    ],
    [
      {
        key: {
          existingKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd",
          aliasName: "alias/a",
          protect: true,
        },
      },
      "vault-auto-unseal:key takes either existingKeyArn, which adopts a key as it is, or aliasName, protect, which describe a new one; not both",
    ],
    [{ namespace: "Vault" }, 'vault-auto-unseal:namespace is "Vault"; it must be a DNS label'],
    [
      { serviceAccountName: "vault.sa" },
      'vault-auto-unseal:serviceAccountName is "vault.sa"; it must be a DNS label',
    ],
    [
      { releaseName: "r".repeat(54) },
      `vault-auto-unseal:releaseName is "${"r".repeat(54)}"; it must be at most 53 lower-case letters`,
    ],
    [{ server: { replicas: 2 } }, "vault-auto-unseal:server.replicas is 2; it must be odd"],
    [
      { server: { replicas: 0 } },
      "vault-auto-unseal:server.replicas is 0; it must be a whole number of servers from 1 to 7",
    ],
    [
      { server: { replicas: 9 } },
      "vault-auto-unseal:server.replicas is 9; it must be a whole number of servers from 1 to 7",
    ],
    [
      { server: { tolerations: [{ effect: "Never" }] } },
      'vault-auto-unseal:server.tolerations[0].effect is "Never"; it must be "NoSchedule"',
    ],
    [
      { server: { dataStorage: { size: "10 GB" } } },
      'vault-auto-unseal:server.dataStorage.size is "10 GB"; it must be a Kubernetes quantity',
    ],
    [{ server: { ingress: {} } }, "vault-auto-unseal:server.ingress.host is missing; it must be a DNS name"],
    [{ chart: {} }, "vault-auto-unseal:chart.version is missing; it must name one chart version"],
    [{ chart: undefined }, "vault-auto-unseal:chart is missing; it must be a map of version, source"],
    [
      { chart: { version: "^0.34" } },
      'vault-auto-unseal:chart.version is "^0.34"; it must be one exact chart version',
    ],
    [
      { chart: { version: "0.34.1", source: "vault" } },
      'vault-auto-unseal:chart.source is "vault"; it must be a repository',
    ],
    [
      { cluster: undefined },
      "vault-auto-unseal:cluster is missing; it must name an existing EKS cluster, or newCluster",
    ],
    [{ newCluster: {} }, "vault-auto-unseal:cluster must name an existing EKS cluster, or newCluster"],
    [
      { cluster: { name: "prod", nodeSecurityGroupId: "nodes" } },
      'vault-auto-unseal:cluster.nodeSecurityGroupId is "nodes"; it must be the id of a security group',
    ],
    [
      { values: { server: { serviceAccount: { annotations: null } } } },
      "vault-auto-unseal:values server.serviceAccount.annotations",
    ],
    [{ values: "{" }, 'vault-auto-unseal:values is "{"; it must be a map of chart values'],
  ];
  for (const [settings, message] of refusals) {
    it(`refuses ${JSON.stringify(settings).slice(0, 80)}`, () => {
      const said = refusal(settings);
      assert.ok(said.startsWith(message), said);
      assert.equal(said.split("\n").length, 1, said);
    });
  }

  it("names every setting that is wrong, one a line", () => {
    assert.equal(refusal({ namespace: "A", releaseName: "B" }).split("\n").length, 2);
  });
});
