import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { checked } from "./argumentErrors";
import { input, oidcProviderArn, securityGroupId, settings, stringMap } from "./argumentSchemas";
import { InjectorWebhookRule } from "./injectorWebhookRule";
import { releaseShape, type ReleaseSettings } from "./releaseSettings";
import { UnsealIdentity } from "./unsealIdentity";
import { adoptsOrCreates, UnsealKey, unsealKeyShape, type UnsealKeySettings } from "./unsealKey";
import { holdsTheSeal, serviceAccountName, VaultRelease } from "./vaultRelease";

export interface VaultAutoUnsealArgs extends ReleaseSettings {
  /** ARN of the cluster's IAM OIDC provider, `arn:PARTITION:iam::ACCOUNT:oidc-provider/ISSUER`. */
  oidcProviderArn: pulumi.Input<string>;
  /** The cluster security group, which the control plane's network interfaces are in. Needed if the injector is on. */
  clusterSecurityGroupId?: pulumi.Input<string>;
  /**
   * The security group of the nodes that the injector runs on; the cluster security group where nodes share it. Needed if the
   * injector is on.
   */
  nodeSecurityGroupId?: pulumi.Input<string>;
  /** The unseal key. Default: a new one, protected and retained. */
  key?: UnsealKeySettings;
  /** Tags of every AWS resource. */
  tags?: { [key: string]: string };
}

/** What VaultAutoUnseal takes apart from the cluster, by name. */
export const vaultShape = {
  ...releaseShape,
  key: settings(unsealKeyShape).check(adoptsOrCreates).prefault({}),
  tags: stringMap.optional(),
};

const argsSchema = settings({
  ...vaultShape,
  oidcProviderArn: input("oidcProviderArn", oidcProviderArn),
  clusterSecurityGroupId: input("clusterSecurityGroupId", securityGroupId).optional(),
  nodeSecurityGroupId: input("nodeSecurityGroupId", securityGroupId).optional(),
})
  .check(holdsTheSeal)
  .check(reachesTheInjector);

/** An injector that the API server can't reach stalls every pod of the cluster, so its groups may not be left out. */
function reachesTheInjector({
  value,
  issues,
}: z.core.ParsePayload<{ injector: { enabled: boolean }; [group: string]: unknown }>): void {
  if (!value.injector.enabled) return;
  for (const group of ["clusterSecurityGroupId", "nodeSecurityGroupId"].filter(
    (name) => value[name] === undefined,
  )) {
    issues.push({
      code: "custom",
      input: undefined,
      path: [group],
      message: "must be given while the injector is on",
    });
  }
}

/**
 * A Vault on EKS that unseals itself with AWS KMS after every restart: the key, the role of Vault's service account, the
 * network rule for the injector's webhook, and the Helm release.
 *
 * The arguments are checked before anything is created.
 */
export class VaultAutoUnseal extends pulumi.ComponentResource {
  public readonly keyArn: pulumi.Output<string>;
  public readonly keyId: pulumi.Output<string>;
  /** The key's alias, or nothing for an adopted key. */
  public readonly aliasName: pulumi.Output<string | undefined>;
  public readonly roleArn: pulumi.Output<string>;
  public readonly namespace: pulumi.Output<string>;
  public readonly serviceAccountName: pulumi.Output<string>;
  public readonly releaseName: pulumi.Output<string>;
  /** Address of the active server for clients in the cluster. */
  public readonly vaultAddress: pulumi.Output<string>;
  /** The configuration of the servers, JSON text. */
  public readonly serverConfiguration: pulumi.Output<string>;

  constructor(name: string, args: VaultAutoUnsealArgs, opts?: pulumi.ComponentResourceOptions) {
    const vault = checked(argsSchema, args, `VaultAutoUnseal "${name}": `);
    super("vault-auto-unseal:index:VaultAutoUnseal", name, {}, opts);
    const { namespace, releaseName, chart, server, injector, values, tags } = vault;

    const identity = new UnsealIdentity(
      name,
      {
        oidcProviderArn: vault.oidcProviderArn,
        namespace,
        serviceAccountName: serviceAccountName(vault),
        tags,
      },
      { parent: this },
    );
    const key = new UnsealKey(name, { ...vault.key, vaultRoleArn: identity.roleArn, tags }, { parent: this });
    const permission = identity.allowUseOf(`${name}-unseal`, key.keyArn);

    const { clusterSecurityGroupId, nodeSecurityGroupId } = vault;
    const webhookRule =
      injector.enabled && clusterSecurityGroupId && nodeSecurityGroupId
        ? [
            new InjectorWebhookRule(
              name,
              { clusterSecurityGroupId, nodeSecurityGroupId, tags },
              { parent: this },
            ),
          ]
        : [];
    const release = new VaultRelease(
      name,
      {
        namespace,
        releaseName,
        serviceAccountName: serviceAccountName(vault),
        chart,
        server,
        injector,
        values,
        keyArn: key.keyArn,
        roleArn: identity.roleArn,
      },
      // The servers ask for the key, and the API server for the webhook, from their first second.
      { parent: this, dependsOn: [permission, ...webhookRule] },
    );

    this.keyArn = key.keyArn;
    this.keyId = key.keyId;
    this.aliasName = key.aliasName;
    this.roleArn = identity.roleArn;
    this.namespace = release.namespace;
    this.serviceAccountName = release.serviceAccountName;
    this.releaseName = release.releaseName;
    this.vaultAddress = release.vaultAddress;
    this.serverConfiguration = release.serverConfiguration;
    this.registerOutputs({
      keyArn: this.keyArn,
      keyId: this.keyId,
      aliasName: this.aliasName,
      roleArn: this.roleArn,
      namespace: this.namespace,
      serviceAccountName: this.serviceAccountName,
      releaseName: this.releaseName,
      vaultAddress: this.vaultAddress,
      serverConfiguration: this.serverConfiguration,
    });
  }
}
