import { Release as HelmRelease } from "@pulumi/kubernetes/helm/v3";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { checked, refusal } from "./argumentErrors";
import {
  chartVersion,
  dnsLabel,
  dnsName,
  flag,
  goDuration,
  input,
  keyArn,
  limits,
  quantity,
  releaseName,
  roleArn,
  settings,
  stringMap,
  text,
  wholeNumber,
} from "./argumentSchemas";
import { chartValues } from "./documents/chartValues";
import { serverConfiguration, vaultPorts } from "./documents/serverConfiguration";
import { mergeValues, overridesOfHeldValues } from "./documents/valuesOverride";

/** Where the HashiCorp chart comes from. */
export interface ChartSettings {
  /** One exact version, e.g. "0.34.1". Needed unless `source` is a directory, which has its own. */
  version?: string;
  /**
   * A chart repository ("https://..."), an OCI reference to the chart ("oci://registry/path/vault") or a local directory
   * ("./charts/vault"). Default "https://helm.releases.hashicorp.com".
   */
  source?: string;
}

/** Kubernetes container resources. */
export interface ResourcesSettings {
  /** By resource name, e.g. cpu "100m", memory "200Mi". */
  requests?: { [key: string]: string };
  /** By resource name. */
  limits?: { [key: string]: string };
}

/** A Kubernetes toleration. */
export interface TolerationSettings {
  key?: string;
  /** "Equal" (the default) or "Exists". */
  operator?: string;
  value?: string;
  /** "NoSchedule", "PreferNoSchedule" or "NoExecute"; default: every effect. */
  effect?: string;
  tolerationSeconds?: number;
}

/** The persistent volume of each server for raft's data. */
export interface DataStorageSettings {
  /** Default "10Gi". */
  size?: string;
  /** Default: the cluster's default storage class. */
  storageClass?: string;
}

/** The persistent volume of each server for audit logs, at /vault/audit. */
export interface AuditStorageSettings {
  /** Default true. */
  enabled?: boolean;
  /** Default "10Gi". */
  size?: string;
  /** Default: the cluster's default storage class. */
  storageClass?: string;
}

/** An Ingress to the active server. */
export interface IngressSettings {
  /** The host name clients use. */
  host: string;
  /** Default: the cluster's default ingress class. */
  ingressClassName?: string;
  /** A TLS Secret of the namespace with the host's certificate. Default: no TLS. */
  tlsSecretName?: string;
  annotations?: { [key: string]: string };
}

/** Vault's metrics. */
export interface TelemetrySettings {
  /** How long a metric stays readable after its last change; at least twice the scrape interval. Default "24h". */
  prometheusRetentionTime?: string;
  /** Whether /v1/sys/metrics answers without a token; a sealed server can check none. Default true. */
  unauthenticatedMetricsAccess?: boolean;
}

/** The Vault servers. */
export interface ServerSettings {
  /** Raft members: 1, 3, 5 or 7. Default 3. */
  replicas?: number;
  resources?: ResourcesSettings;
  tolerations?: TolerationSettings[];
  dataStorage?: DataStorageSettings;
  auditStorage?: AuditStorageSettings;
  /** Default: none. */
  ingress?: IngressSettings;
  telemetry?: TelemetrySettings;
  /** Whether the UI is served, with a ClusterIP service for it. Default true. */
  ui?: boolean;
}

/** The Vault agent injector. */
export interface InjectorSettings {
  /** Default true. */
  enabled?: boolean;
  resources?: ResourcesSettings;
  tolerations?: TolerationSettings[];
}

/** The Helm release, apart from its seal and its role. */
export interface ReleaseSettings {
  /** Default "vault". It is created if it does not exist, and outlives the release. */
  namespace?: string;
  /** Name of the release and of its objects: pods are NAME-0, NAME-1, ... Default "vault". */
  releaseName?: string;
  /** Default: the release's name. */
  serviceAccountName?: string;
  chart: ChartSettings;
  server?: ServerSettings;
  injector?: InjectorSettings;
  /** Chart values, merged over all others. What would move the seal or the service account's role is refused. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- chart values have any shape
  values?: pulumi.Input<{ [key: string]: any }>;
}

export interface VaultReleaseArgs extends ReleaseSettings {
  /** ARN of the unseal key. */
  keyArn: pulumi.Input<string>;
  /** ARN of the role for the service account. */
  roleArn: pulumi.Input<string>;
}

const resources = settings({
  requests: z.record(z.string(), quantity).optional(),
  limits: z.record(z.string(), quantity).optional(),
});

const toleration = settings({
  key: z.string({ error: "must be text" }).optional(),
  operator: z.enum(["Equal", "Exists"], { error: 'must be "Equal" or "Exists"' }).optional(),
  value: z.string({ error: "must be text" }).optional(),
  effect: z
    .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"], {
      error: 'must be "NoSchedule", "PreferNoSchedule" or "NoExecute"',
    })
    .optional(),
  tolerationSeconds: z.int({ error: "must be a whole number of seconds" }).optional(),
});

const storage = { size: quantity.default("10Gi"), storageClass: dnsName.optional() };

const server = settings({
  replicas: wholeNumber(limits.replicas, "servers")
    .refine(
      (count) => count % 2 === 1,
      `must be odd: an even number survives no more failures than one server less`,
    )
    .default(3),
  resources: resources.optional(),
  tolerations: z.array(toleration, { error: "must be a list of tolerations" }).default([]),
  dataStorage: settings(storage).prefault({}),
  auditStorage: settings({ enabled: flag.default(true), ...storage }).prefault({}),
  ingress: settings({
    host: dnsName,
    ingressClassName: dnsName.optional(),
    tlsSecretName: dnsName.optional(),
    annotations: stringMap.default({}),
  }).optional(),
  telemetry: settings({
    prometheusRetentionTime: goDuration.default("24h"),
    unauthenticatedMetricsAccess: flag.default(true),
  }).prefault({}),
  ui: flag.default(true),
});

const injector = settings({
  enabled: flag.default(true),
  resources: resources.optional(),
  tolerations: z.array(toleration, { error: "must be a list of tolerations" }).default([]),
});

const chart = settings({
  version: chartVersion.optional(),
  source: text(
    /^(https?:\/\/|oci:\/\/|\.{0,2}\/)\S+$/,
    'a repository ("https://..."), an OCI reference ("oci://...") or a directory ("./...")',
  ).default("https://helm.releases.hashicorp.com"),
})
  .refine(({ version, source }) => version !== undefined || isDirectory(source), {
    path: ["version"],
    error:
      'must name one chart version, e.g. "0.34.1": without it every deployment could install another Vault',
  })
  .refine(({ version, source }) => version === undefined || !isDirectory(source), {
    path: ["version"],
    error: "can't be given with a directory, which has a version of its own",
  });

export const releaseShape = {
  namespace: dnsLabel.default("vault"),
  releaseName: releaseName.default("vault"),
  serviceAccountName: dnsLabel.optional(),
  chart,
  server: server.prefault({}),
  injector: injector.prefault({}),
  values: input(
    "values",
    z.record(z.string(), z.unknown(), { error: "must be a map of chart values" }),
  ).prefault({}),
};

const argsSchema = settings({
  ...releaseShape,
  keyArn: input("keyArn", keyArn),
  roleArn: input("roleArn", roleArn),
});
type Release = z.output<ReturnType<typeof settings<typeof releaseShape>>>;

/** Refuses chart values that would part the server from its seal or its role. Values that are an Output are checked when known. */
export function holdsTheSeal(release: z.core.ParsePayload<Release>): void {
  const { values } = release.value;
  if (pulumi.Output.isInstance(values) || values instanceof Promise) return;
  for (const message of overridesOfHeldValues(
    standInValues(release.value),
    values as Record<string, unknown>,
  )) {
    release.issues.push({ code: "custom", input: values, path: ["values"], message });
  }
}

/** The Helm release of Vault, with the seal in its configuration and the role on its service account. */
export class VaultRelease extends pulumi.ComponentResource {
  public readonly namespace: pulumi.Output<string>;
  public readonly releaseName: pulumi.Output<string>;
  public readonly serviceAccountName: pulumi.Output<string>;
  /** Address of the active server for clients in the cluster. */
  public readonly vaultAddress: pulumi.Output<string>;
  /** The configuration of the servers, JSON text. */
  public readonly serverConfiguration: pulumi.Output<string>;

  constructor(name: string, args: VaultReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    const release = checked(argsSchema.check(holdsTheSeal), args, `VaultRelease "${name}": `);
    super("vault-auto-unseal:index:VaultRelease", name, {}, opts);

    const values = pulumi
      .all([release.keyArn, release.roleArn, release.values])
      .apply(([key, role, theirs]: [string, string, Record<string, unknown>]) => {
        const ours = renderedValues(release, key, role);
        const refused = overridesOfHeldValues(ours, theirs).map(
          (message) => `VaultRelease "${name}": values ${message}`,
        );
        if (refused.length > 0) throw refusal(refused.join("\n"));
        return mergeValues(ours, theirs);
      });
    const installed = new HelmRelease(
      `${name}-release`,
      {
        name: release.releaseName,
        namespace: release.namespace,
        createNamespace: true,
        ...chartSource(release.chart),
        values,
        // So that a null among the values removes a default, as with Helm.
        allowNullValues: true,
        // A Vault that nobody has initialised yet never becomes ready: waiting for it would never end.
        skipAwait: true,
      },
      { parent: this },
    );
    this.namespace = pulumi.output(release.namespace);
    this.releaseName = installed.name.apply((installedName) => installedName ?? release.releaseName);
    this.serviceAccountName = pulumi.output(serviceAccountName(release));
    this.vaultAddress = pulumi.output(
      `http://${release.releaseName}-active.${release.namespace}.svc:${vaultPorts.api}`,
    );
    this.serverConfiguration = pulumi.output(release.keyArn).apply((key) => configurationText(release, key));
    this.registerOutputs({
      namespace: this.namespace,
      releaseName: this.releaseName,
      serviceAccountName: this.serviceAccountName,
      vaultAddress: this.vaultAddress,
      serverConfiguration: this.serverConfiguration,
    });
  }
}

/** The service account of a release: named after it unless the settings say otherwise. */
export function serviceAccountName(release: { serviceAccountName?: string; releaseName: string }): string {
  return release.serviceAccountName ?? release.releaseName;
}

function configurationText(release: Release, key: string): string {
  return serverConfiguration({
    keyArn: key,
    fullName: release.releaseName,
    replicas: release.server.replicas,
    ui: release.server.ui,
    telemetry: release.server.telemetry,
  });
}

function renderedValues(release: Release, key: string, role: string): Record<string, unknown> {
  const { server, injector } = release;
  return chartValues({
    fullName: release.releaseName,
    serviceAccountName: serviceAccountName(release),
    roleArn: role,
    serverConfiguration: configurationText(release, key),
    replicas: server.replicas,
    serverResources: server.resources,
    serverTolerations: server.tolerations,
    dataStorage: server.dataStorage,
    auditStorage: server.auditStorage.enabled ? server.auditStorage : undefined,
    ingress: server.ingress,
    ui: server.ui,
    injector: injector.enabled,
    injectorResources: injector.resources,
    injectorTolerations: injector.tolerations,
  });
}

/** Values as they will be, but for the key and the role, which may not be known yet; with them the check is made again. */
function standInValues(release: Release): Record<string, unknown> {
  return renderedValues(
    release,
    "arn:aws:kms:us-east-1:111122223333:key/any",
    "arn:aws:iam::111122223333:role/any",
  );
}

function isDirectory(source: string): boolean {
  return /^\.{0,2}\//.test(source);
}

function chartSource({ source, version }: { source: string; version?: string }) {
  if (isDirectory(source)) return { chart: source };
  if (source.startsWith("oci://")) return { chart: source, version };
  return { chart: "vault", version, repositoryOpts: { repo: source } };
}
