import assert from "node:assert/strict";
import { chartValues, type ChartValues } from "../../../components/documents/chartValues";

const least: ChartValues = {
  fullName: "vault",
  serviceAccountName: "unsealer",
  roleArn: "arn:aws:iam::111122223333:role/vault",
  serverConfiguration: "{}",
  replicas: 3,
  serverTolerations: [],
  dataStorage: { size: "10Gi" },
  ui: true,
  injector: true,
  injectorTolerations: [],
};

const valuesOfLeast = {
  fullnameOverride: "vault",
  global: { enabled: true, externalVaultAddr: "", namespace: "", tlsDisable: true },
  injector: { enabled: true, externalVaultAddr: "", port: 8080, tolerations: [] },
  server: {
    enabled: true,
    dev: { enabled: false },
    service: { enabled: true },
    serviceAccount: {
      create: true,
      serviceDiscovery: { enabled: true },
      name: "unsealer",
      annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/vault" },
    },
    extraEnvironmentVars: { AWS_EC2_METADATA_DISABLED: "true" },
    tolerations: [],
    dataStorage: { enabled: true, size: "10Gi", mountPath: "/vault/data" },
    auditStorage: { enabled: false },
    standalone: { enabled: false },
    ha: { enabled: true, replicas: 3, raft: { enabled: true, setNodeId: true, config: "{}" } },
  },
  ui: { enabled: true, serviceType: "ClusterIP", externalPort: 8200 },
};

describe("chartValues", () => {
  it("sets no more than it must", () => {
    assert.deepEqual(chartValues(least), valuesOfLeast);
  });

  it("sets everything that is asked for", () => {
    const resources = { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "512Mi" } };
    const toleration = { key: "dedicated", operator: "Equal", value: "vault", effect: "NoSchedule" };
    const host = "vault.example.com";
    const values = chartValues({
      ...least,
      replicas: 5,
      serverResources: resources,
      serverTolerations: [toleration],
      dataStorage: { size: "20Gi", storageClass: "gp3" },
      auditStorage: { size: "30Gi", storageClass: "gp2" },
      ingress: {
        host,
        ingressClassName: "alb",
        tlsSecretName: "vault-tls",
        annotations: { team: "security" },
      },
      ui: false,
      injector: false,
      injectorResources: { limits: { memory: "64Mi" } },
      injectorTolerations: [{ operator: "Exists" }],
    });
    assert.deepEqual(values, {
      ...valuesOfLeast,
      injector: {
        ...valuesOfLeast.injector,
        enabled: false,
        resources: { limits: { memory: "64Mi" } },
        tolerations: [{ operator: "Exists" }],
      },
      server: {
        ...valuesOfLeast.server,
        resources,
        tolerations: [toleration],
        dataStorage: { enabled: true, size: "20Gi", storageClass: "gp3", mountPath: "/vault/data" },
        auditStorage: { enabled: true, size: "30Gi", storageClass: "gp2" },
        ha: { ...valuesOfLeast.server.ha, replicas: 5 },
        ingress: {
          enabled: true,
          activeService: true,
          ingressClassName: "alb",
          annotations: { team: "security" },
          hosts: [{ host, paths: [] }],
          tls: [{ hosts: [host], secretName: "vault-tls" }],
        },
      },
      ui: { enabled: false, serviceType: "ClusterIP", externalPort: 8200 },
    });
  });

  it("makes an ingress without class or TLS", () => {
    const { server } = chartValues({ ...least, ingress: { host: "vault.example.com", annotations: {} } }) as {
      server: { ingress: unknown };
    };
    assert.deepEqual(server.ingress, {
      enabled: true,
      activeService: true,
      annotations: {},
      hosts: [{ host: "vault.example.com", paths: [] }],
    });
  });
});
