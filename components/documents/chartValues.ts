import { dataPath, vaultPorts } from "./serverConfiguration";

/** Kubernetes container resources, e.g. `{ requests: { cpu: "100m", memory: "200Mi" } }`. */
export interface ContainerResources {
  requests?: { [resource: string]: string };
  limits?: { [resource: string]: string };
}

/** A Kubernetes toleration. */
export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

/** A persistent volume claim template of the chart. */
export interface Storage {
  size: string;
  storageClass?: string;
}

export interface ChartValues {
  /** Name of every object of the release; the pods and services are called after it. */
  fullName: string;
  serviceAccountName: string;
  /** The role that the service account's annotation names. */
  roleArn: string;
  /** Vault's configuration, text. */
  serverConfiguration: string;
  replicas: number;
  serverResources?: ContainerResources;
  serverTolerations: Toleration[];
  dataStorage: Storage;
  auditStorage?: Storage;
  ingress?: {
    host: string;
    ingressClassName?: string;
    tlsSecretName?: string;
    annotations: { [key: string]: string };
  };
  ui: boolean;
  injector: boolean;
  injectorResources?: ContainerResources;
  injectorTolerations: Toleration[];
}

/** The annotation EKS reads a service account's role from. */
export const roleArnAnnotation = "eks.amazonaws.com/role-arn";

/**
 * Values for the HashiCorp chart, from 0.29.0 to 0.34.1. Every name here is in the values.yaml of both: the chart
 * ignores a name it does not know without a word.
 *
 * @see https://developer.hashicorp.com/vault/docs/deploy/kubernetes/helm/configuration
 */
export function chartValues(release: ChartValues): Record<string, unknown> {
  return {
    fullnameOverride: release.fullName,
    // Defaults of the chart that the seal, the role and the members' addresses depend on are named all the same.
    global: { enabled: true, externalVaultAddr: "", namespace: "", tlsDisable: true },
    injector: {
      enabled: release.injector,
      externalVaultAddr: "",
      port: vaultPorts.injectorWebhook,
      ...(release.injectorResources && { resources: release.injectorResources }),
      tolerations: release.injectorTolerations,
    },
    server: {
      enabled: true,
      dev: { enabled: false },
      service: { enabled: true },
      serviceAccount: {
        create: true,
        // The servers label their pods active or standby, which the services select by.
        serviceDiscovery: { enabled: true },
        name: release.serviceAccountName,
        annotations: { [roleArnAnnotation]: release.roleArn },
      },
      // Without it a server whose role cannot be assumed silently takes the node's role instead.
      extraEnvironmentVars: { AWS_EC2_METADATA_DISABLED: "true" },
      ...(release.serverResources && { resources: release.serverResources }),
      tolerations: release.serverTolerations,
      dataStorage: { ...volume(release.dataStorage), mountPath: dataPath },
      auditStorage: release.auditStorage ? volume(release.auditStorage) : { enabled: false },
      standalone: { enabled: false },
      ha: {
        enabled: true,
        replicas: release.replicas,
        // With raft the server reads raft.config; ha.config is ignored.
        raft: { enabled: true, setNodeId: true, config: release.serverConfiguration },
      },
      ...(release.ingress && { ingress: ingress(release.ingress) }),
    },
    ui: { enabled: release.ui, serviceType: "ClusterIP", externalPort: 8200 },
  };
}

function volume({ size, storageClass }: Storage): Record<string, unknown> {
  return { enabled: true, size, ...(storageClass && { storageClass }) };
}

function ingress({
  host,
  ingressClassName,
  tlsSecretName,
  annotations,
}: NonNullable<ChartValues["ingress"]>): Record<string, unknown> {
  return {
    enabled: true,
    // Only the active node answers writes without forwarding, and only it is certain to be unsealed.
    activeService: true,
    ...(ingressClassName && { ingressClassName }),
    annotations,
    hosts: [{ host, paths: [] }],
    ...(tlsSecretName && { tls: [{ hosts: [host], secretName: tlsSecretName }] }),
  };
}
