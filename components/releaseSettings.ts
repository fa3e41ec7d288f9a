import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import {
  chartVersion,
  dnsLabel,
  dnsName,
  flag,
  goDuration,
  input,
  limits,
  quantity,
  releaseName,
  settings,
  stringMap,
  text,
  wholeNumber,
} from "./argumentSchemas";

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

/** A release's settings, checked and with their defaults. */
export type Release = z.output<ReturnType<typeof settings<typeof releaseShape>>>;

/** A directory names itself by its beginning, as Helm wants it. */
export function isDirectory(source: string): boolean {
  return /^\.{0,2}\//.test(source);
}
