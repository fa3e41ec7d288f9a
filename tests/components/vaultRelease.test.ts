import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { VaultRelease, type VaultReleaseArgs } from "../../components";
import { chartValues } from "../../components/documents/chartValues";
import { serverConfiguration } from "../../components/documents/serverConfiguration";
import { keyArn } from "../support/plausibleCloud";
import { assertRefused, mockPulumi, noting, registered, valueOf } from "../support/pulumiMocks";

const least = { keyArn, roleArn: "arn:aws:iam::111122223333:role/vault", chart: { version: "0.34.1" } };

async function make(args: Partial<VaultReleaseArgs> = {}) {
  const resources = await mockPulumi();
  const declared: pulumi.ResourceTransformationArgs[] = [];
  const release = new VaultRelease("vault", { ...least, ...args }, noting(declared));
  await registered();
  return { release, resources, inputs: resources[1]?.inputs ?? {}, declared };
}

async function outputsOf(release: VaultRelease) {
  return {
    namespace: await valueOf(release.namespace),
    releaseName: await valueOf(release.releaseName),
    serviceAccountName: await valueOf(release.serviceAccountName),
    vaultAddress: await valueOf(release.vaultAddress),
    serverConfiguration: await valueOf(release.serverConfiguration),
  };
}

const configuration = serverConfiguration({
  keyArn,
  fullName: "vault",
  replicas: 3,
  ui: true,
  telemetry: { prometheusRetentionTime: "24h", unauthenticatedMetricsAccess: true },
});
const values = {
  fullName: "vault",
  serviceAccountName: "vault",
  roleArn: least.roleArn,
  serverConfiguration: configuration,
  replicas: 3,
  serverTolerations: [],
  dataStorage: { size: "10Gi" },
  auditStorage: { size: "10Gi" },
  ui: true,
  injector: true,
  injectorTolerations: [],
};

describe("VaultRelease", () => {
  it("installs the chart with the seal in its values", async () => {
    const { release, resources, declared } = await make();
    assert.deepEqual(resources, [
      { type: "vault-auto-unseal:index:VaultRelease", name: "vault", inputs: {} },
      {
        type: "kubernetes:helm.sh/v3:Release",
        name: "vault-release",
        inputs: {
          // Set by the Kubernetes SDK itself.
          compat: "true",
          name: "vault",
          namespace: "vault",
          allowNullValues: true,
          createNamespace: true,
          chart: "vault",
          version: "0.34.1",
          repositoryOpts: { repo: "https://helm.releases.hashicorp.com" },
          values: chartValues(values),
          skipAwait: true,
        },
      },
    ]);
    assert.equal(declared[1]?.opts.parent, release);
    assert.deepEqual(await outputsOf(release), {
      namespace: "vault",
      releaseName: "vault",
      serviceAccountName: "vault",
      vaultAddress: "http://vault-active.vault.svc:8200",
      serverConfiguration: configuration,
    });
  });

  it("passes every setting on", async () => {
    const toleration = { key: "dedicated", operator: "Exists", effect: "NoExecute", tolerationSeconds: 60 };
    const telemetry = { prometheusRetentionTime: "30s", unauthenticatedMetricsAccess: false };
    const { release, inputs } = await make({
      namespace: "security",
      releaseName: "safe",
      serviceAccountName: "unsealer",
      server: {
        replicas: 5,
        resources: { requests: { cpu: "100m" } },
        tolerations: [toleration],
        dataStorage: { size: "20Gi", storageClass: "gp3" },
        auditStorage: { enabled: false },
        ingress: { host: "vault.example.com" },
        telemetry,
        ui: false,
      },
      injector: { enabled: false, resources: { limits: { memory: "64Mi" } }, tolerations: [toleration] },
    });
    const fiveMembers = serverConfiguration({ keyArn, fullName: "safe", replicas: 5, ui: false, telemetry });
    assert.equal(inputs.name, "safe");
    assert.equal(inputs.namespace, "security");
    assert.deepEqual(
      inputs.values,
      chartValues({
        fullName: "safe",
        serviceAccountName: "unsealer",
        roleArn: least.roleArn,
        serverConfiguration: fiveMembers,
        replicas: 5,
        serverResources: { requests: { cpu: "100m" } },
        serverTolerations: [toleration],
        dataStorage: { size: "20Gi", storageClass: "gp3" },
        ingress: { host: "vault.example.com", annotations: {} },
        ui: false,
        injector: false,
        injectorResources: { limits: { memory: "64Mi" } },
        injectorTolerations: [toleration],
      }),
    );
    assert.deepEqual(await outputsOf(release), {
      namespace: "security",
      releaseName: "safe",
      serviceAccountName: "unsealer",
      vaultAddress: "http://safe-active.security.svc:8200",
      serverConfiguration: fiveMembers,
    });
  });

  const sources: [string, VaultReleaseArgs["chart"], object][] = [
    [
      "a repository",
      { version: "0.29.0", source: "https://charts.example.com/vault" },
      { chart: "vault", version: "0.29.0", repositoryOpts: { repo: "https://charts.example.com/vault" } },
    ],
    [
      "an OCI registry",
      { version: "0.34.1", source: "oci://registry.example.com/charts/vault" },
      { chart: "oci://registry.example.com/charts/vault", version: "0.34.1", repositoryOpts: undefined },
    ],
    [
      "a directory, which has its own version",
      { source: "./charts/vault" },
      { chart: "./charts/vault", version: undefined, repositoryOpts: undefined },
    ],
    [
      "an absolute directory",
      { source: "/charts/vault" },
      { chart: "/charts/vault", version: undefined, repositoryOpts: undefined },
    ],
  ];
  for (const [what, chart, expected] of sources) {
    it(`takes the chart from ${what}`, async () => {
      const { inputs } = await make({ chart });
      const { chart: name, version, repositoryOpts } = inputs;
      assert.deepEqual({ chart: name, version, repositoryOpts }, expected);
    });
  }

  it("merges the given values over its own", async () => {
    const { inputs } = await make({
      values: {
        server: { logLevel: "debug", tolerations: [{ operator: "Exists" }] },
        ui: { externalPort: 80 },
      },
    });
    const own = chartValues(values) as { server: object; ui: object };
    assert.deepEqual(inputs.values, {
      ...own,
      server: { ...own.server, logLevel: "debug", tolerations: [{ operator: "Exists" }] },
      ui: { ...own.ui, externalPort: 80 },
    });
  });

  describe("keeps secret", () => {
    async function isSecret(given: VaultReleaseArgs["values"]) {
      const { declared } = await make({ values: given });
      return pulumi.isSecret((declared[1]?.props as { values: pulumi.Output<unknown> }).values);
    }

    it("values that are a secret", async () => {
      assert.equal(await isSecret(pulumi.secret({ server: { annotations: { token: "t" } } })), true);
    });

    it("values with a secret in them", async () => {
      assert.equal(await isSecret({ server: { annotations: { token: pulumi.secret("t") } } }), true);
    });

    it("nothing else", async () => {
      assert.equal(await isSecret(pulumi.output({ server: { annotations: { token: "t" } } })), false);
    });
  });

  it("refuses values that move the seal", async () => {
    await assertRefused(
      () => new VaultRelease("vault", { ...least, values: { server: { ha: { replicas: 5 } } } }),
      'VaultRelease "vault": values server.ha.replicas can\'t be set here: the seal stands in server.ha.raft.config, ' +
        "written for this number of replicas",
    );
  });

  it("refuses an alias for the key", async () => {
    await assertRefused(
      () => new VaultRelease("vault", { ...least, keyArn: "alias/vault" }),
      'VaultRelease "vault": keyArn is "alias/vault"; it must be the ARN of a KMS key, ' +
        "arn:PARTITION:kms:REGION:ACCOUNT:key/ID (not of an alias)",
    );
  });
});
