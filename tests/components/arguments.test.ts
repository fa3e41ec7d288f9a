import assert from "node:assert/strict";
import { VaultAutoUnseal, type VaultAutoUnsealArgs } from "../../components";
import { keyArn, oidcProviderArn } from "../support/plausibleCloud";
import { assertRefused, mockPulumi, registered } from "../support/pulumiMocks";

const complete = {
  oidcProviderArn,
  clusterSecurityGroupId: "sg-0c1c1c1c1c1c1c1c1",
  nodeSecurityGroupId: "sg-0d2d2d2d2d2d2d2d2",
  chart: { version: "0.34.1" },
};

const servers = "it must be a whole number of servers from 1 to 7";
const odd = "it must be odd: an even number survives no more failures than one server less";
const label =
  "it must be a DNS label: at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends";
const nameOfRelease =
  "it must be at most 53 lower-case letters, digits and hyphens, beginning with a letter and ending with a letter or digit";
const ofKey = "it must be the ARN of a KMS key, arn:PARTITION:kms:REGION:ACCOUNT:key/ID (not of an alias)";
const ofProvider =
  "it must be the ARN of the cluster's IAM OIDC provider, arn:PARTITION:iam::ACCOUNT:oidc-provider/ISSUER";
const ofAlias =
  'it must be "alias/" and a name of letters, digits, "/", "_" and "-" that does not begin with "aws/"';
const version =
  'it must be one exact chart version, e.g. "0.34.1": a range would let an upgrade happen on any deployment';
const source =
  'it must be a repository ("https://..."), an OCI reference ("oci://...") or a directory ("./...")';
const quantity = 'it must be a Kubernetes quantity, e.g. "10Gi" or "100m"';
const host = 'it must be a DNS name in lower case, e.g. "vault.example.com"';

/** Arguments that replace some of the complete ones, and what is said of them; undefined takes one away. */
const refused: [Record<string, unknown>, string][] = [
  [
    { server: { replica: 3 } },
    'server has no setting "replica" (did you mean "replicas"?); it takes replicas, resources, tolerations, dataStorage, ' +
      "auditStorage, ingress, telemetry, ui",
  ],
  [
    { injector: { tls: true, port: 8080 } },
    'injector has no setting "tls" and no "port"; it takes enabled, resources, tolerations',
  ],
  [
    { server: { dataStorage: { storageclass: "gp3" } } },
    'server.dataStorage has no setting "storageclass" (did you mean "storageClass"?); it takes size, storageClass',
  ],
  [
    { server: 3 },
    "server is 3; it must be a map of replicas, resources, tolerations, dataStorage, auditStorage, ingress, telemetry, ui",
  ],

  [{ server: { replicas: 0 } }, `server.replicas is 0; ${servers}`],
  [{ server: { replicas: 2 } }, `server.replicas is 2; ${odd}`],
  [{ server: { replicas: 4 } }, `server.replicas is 4; ${odd}`],
  [{ server: { replicas: 9 } }, `server.replicas is 9; ${servers}`],
  [{ server: { replicas: 1.5 } }, `server.replicas is 1.5; ${servers}`],
  [{ server: { replicas: "3" } }, `server.replicas is "3"; ${servers}`],
  [{ server: { ui: "yes" } }, 'server.ui is "yes"; it must be true or false'],
  [
    { server: { resources: { requests: { memory: "lots" } } } },
    `server.resources.requests.memory is "lots"; ${quantity}`,
  ],
  [{ server: { dataStorage: { size: "10GB" } } }, `server.dataStorage.size is "10GB"; ${quantity}`],
  [{ server: { auditStorage: { size: 10 } } }, `server.auditStorage.size is 10; ${quantity}`],
  [{ injector: { resources: { limits: { cpu: "" } } } }, `injector.resources.limits.cpu is ""; ${quantity}`],
  [
    { server: { ingress: { host: "Vault.example.com" } } },
    `server.ingress.host is "Vault.example.com"; ${host}`,
  ],
  [{ server: { ingress: {} } }, `server.ingress.host is missing; ${host}`],
  [
    { server: { telemetry: { prometheusRetentionTime: "1 day" } } },
    'server.telemetry.prometheusRetentionTime is "1 day"; it must be a Go duration, e.g. "24h"',
  ],
  [{ server: { tolerations: { key: "dedicated" } } }, "server.tolerations must be a list of tolerations"],
  [
    { server: { tolerations: [{ operator: "Exists" }, { operator: "Exist" }] } },
    'server.tolerations[1].operator is "Exist"; it must be "Equal" or "Exists"',
  ],
  [
    { injector: { tolerations: [{ effect: "Evict" }] } },
    'injector.tolerations[0].effect is "Evict"; it must be "NoSchedule", "PreferNoSchedule" or "NoExecute"',
  ],
  [
    { server: { tolerations: [{ tolerationSeconds: 0.5 }] } },
    "server.tolerations[0].tolerationSeconds is 0.5; it must be a whole number of seconds",
  ],

  [
    { key: { deletionWindowInDays: 6 } },
    "key.deletionWindowInDays is 6; it must be a whole number of days from 7 to 30",
  ],
  [
    { key: { deletionWindowInDays: 31 } },
    "key.deletionWindowInDays is 31; it must be a whole number of days from 7 to 30",
  ],
  [
    { key: { rotationPeriodInDays: 89 } },
    "key.rotationPeriodInDays is 89; it must be a whole number of days from 90 to 2560",
  ],
  [
    { key: { rotationPeriodInDays: 2561 } },
    "key.rotationPeriodInDays is 2561; it must be a whole number of days from 90 to 2560",
  ],
  [{ key: { aliasName: "vault" } }, `key.aliasName is "vault"; ${ofAlias}`],
  [{ key: { aliasName: "alias/aws/vault" } }, `key.aliasName is "alias/aws/vault"; ${ofAlias}`],
  [{ key: { existingKeyArn: "1234abcd" } }, `key.existingKeyArn is "1234abcd"; ${ofKey}`],
  [
    { key: { existingKeyArn: "arn:aws:kms:eu-west-1:111122223333:alias/vault" } },
    `key.existingKeyArn is "arn:aws:kms:eu-west-1:111122223333:alias/vault"; ${ofKey}`,
  ],
  [
    { key: { existingKeyArn: keyArn, protect: false, aliasName: "alias/vault" } },
    "key takes either existingKeyArn, which adopts a key as it is, or aliasName, protect, which describe a new one; not both",
  ],

  [{ oidcProviderArn: undefined }, `oidcProviderArn is missing; ${ofProvider}`],
  [
    { oidcProviderArn: "https://oidc.example.com" },
    `oidcProviderArn is "https://oidc.example.com"; ${ofProvider}`,
  ],
  [{ oidcProviderArn: keyArn }, `oidcProviderArn is "${keyArn}"; ${ofProvider}`],
  [{ namespace: "Vault" }, `namespace is "Vault"; ${label}`],
  [{ serviceAccountName: "vault_unsealer" }, `serviceAccountName is "vault_unsealer"; ${label}`],
  [{ server: { tolerations: [{ key: 3 }] } }, "server.tolerations[0].key is 3; it must be text"],
  [
    { chart: { version: "0.34.1", source: "./charts/vault" } },
    `chart.version is "0.34.1"; it can't be given with a directory, which has a version of its own`,
  ],
  [{ releaseName: "1vault" }, `releaseName is "1vault"; ${nameOfRelease}`],
  [{ releaseName: "v".repeat(54) }, `releaseName is "${"v".repeat(54)}"; ${nameOfRelease}`],
  [{ tags: { team: 1 } }, "tags.team is 1; it must be text"],
  [
    { clusterSecurityGroupId: "sg-1" },
    'clusterSecurityGroupId is "sg-1"; it must be the id of a security group, e.g. "sg-0123456789abcdef0"',
  ],
  [
    { clusterSecurityGroupId: undefined },
    "clusterSecurityGroupId is missing; it must be given while the injector is on",
  ],
  [
    { nodeSecurityGroupId: undefined },
    "nodeSecurityGroupId is missing; it must be given while the injector is on",
  ],

  [{ chart: undefined }, "chart is missing; it must be a map of version, source"],
  [
    { chart: {} },
    'chart.version is missing; it must name one chart version, e.g. "0.34.1": without it every deployment could install ' +
      "another Vault",
  ],
  [{ chart: { version: "^0.34.0" } }, `chart.version is "^0.34.0"; ${version}`],
  [{ chart: { version: "0.34" } }, `chart.version is "0.34"; ${version}`],
  [{ chart: { version: "0.34.1", source: "charts/vault" } }, `chart.source is "charts/vault"; ${source}`],

  [{ values: "server:" }, 'values is "server:"; it must be a map of chart values'],
  [
    { values: { server: { ha: { raft: { config: "" } } } } },
    "values server.ha.raft.config can't be set here: the seal stands in server.ha.raft.config, written for this number of " +
      "replicas",
  ],
  [
    { values: { server: { dev: { enabled: true } } } },
    "values server.dev.enabled can't be set here: the seal stands in server.ha.raft.config, which only a server in HA mode with raft " +
      "reads",
  ],
  [
    { values: { server: { serviceAccount: { annotations: "team: security" } } } },
    'values server.serviceAccount.annotations["eks.amazonaws.com/role-arn"] can\'t be set here: without this annotation the ' +
      "server has no role, and no key to unseal with",
  ],
  [
    { values: { server: { extraEnvironmentVars: { AWS_REGION: "eu-west-1" } } } },
    "values server.extraEnvironmentVars.AWS_REGION can't be set here: it would take the seal's key, region or role from " +
      "elsewhere",
  ],
  [
    { values: { server: { extraArgs: "-dev" } } },
    "values server.extraArgs can't name another configuration or dev mode: the server would start with another seal",
  ],
];

describe("VaultAutoUnseal refuses, before it registers anything,", () => {
  for (const [args, message] of refused) {
    it(
      JSON.stringify(args, (_name, value: unknown) => (value === undefined ? "nothing" : value)),
      async () => {
        await assertRefused(
          () => new VaultAutoUnseal("vault", { ...complete, ...args } as unknown as VaultAutoUnsealArgs),
          `VaultAutoUnseal "vault": ${message}`,
        );
      },
    );
  }

  it("a misspelt argument of its own", async () => {
    const resources = await mockPulumi();
    assert.throws(
      () => new VaultAutoUnseal("vault", { ...complete, tag: {} } as VaultAutoUnsealArgs),
      /^Error: VaultAutoUnseal "vault": .*has no setting "tag" \(did you mean "tags"\?\); it takes .*nodeSecurityGroupId$/,
    );
    await registered();
    assert.deepEqual(resources, []);
  });

  it("several arguments at once, a line for each", async () => {
    await assertRefused(
      () => new VaultAutoUnseal("vault", { ...complete, namespace: "", key: { aliasName: "vault" } }),
      `VaultAutoUnseal "vault": namespace is ""; ${label}\nVaultAutoUnseal "vault": key.aliasName is "vault"; ${ofAlias}`,
    );
  });
});
