import { Release as HelmRelease } from "@pulumi/kubernetes/helm/v3";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { checked, refusal } from "./argumentErrors";
import { input, keyArn, roleArn, settings } from "./argumentSchemas";
import { chartValues } from "./documents/chartValues";
import { serverConfiguration, vaultPorts } from "./documents/serverConfiguration";
import { mergeValues, overridesOfHeldValues } from "./documents/valuesOverride";
import { isDirectory, releaseShape, type Release, type ReleaseSettings } from "./releaseSettings";

export interface VaultReleaseArgs extends ReleaseSettings {
  /** ARN of the unseal key. */
  keyArn: pulumi.Input<string>;
  /** ARN of the role for the service account. */
  roleArn: pulumi.Input<string>;
}

const argsSchema = settings({
  ...releaseShape,
  keyArn: input("keyArn", keyArn),
  roleArn: input("roleArn", roleArn),
});

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

function chartSource({ source, version }: { source: string; version?: string }) {
  if (isDirectory(source)) return { chart: source };
  if (source.startsWith("oci://")) return { chart: source, version };
  return { chart: "vault", version, repositoryOpts: { repo: source } };
}
