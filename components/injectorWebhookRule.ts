import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "./argumentErrors";
import { input, securityGroupId, settings, stringMap } from "./argumentSchemas";
import { vaultPorts } from "./documents/serverConfiguration";

export interface InjectorWebhookRuleArgs {
  /** A security group on the control plane's network interfaces: the cluster security group. */
  clusterSecurityGroupId: pulumi.Input<string>;
  /** The security group of the nodes that the injector runs on. */
  nodeSecurityGroupId: pulumi.Input<string>;
  /** Tags of the rule. */
  tags?: { [key: string]: string };
}

const argsSchema = settings({
  clusterSecurityGroupId: input("clusterSecurityGroupId", securityGroupId),
  nodeSecurityGroupId: input("nodeSecurityGroupId", securityGroupId),
  tags: stringMap.optional(),
});

/**
 * Lets the API server reach the injector's webhook on the nodes. Without it the API server waits for the webhook's time-out at
 * every pod that is created or deleted, in the whole cluster.
 *
 * Nothing is created where both groups are given as the same id: a group that EKS made lets its own members in already.
 *
 * @see https://github.com/hashicorp/vault-helm/issues/163
 */
export class InjectorWebhookRule extends pulumi.ComponentResource {
  constructor(name: string, args: InjectorWebhookRuleArgs, opts?: pulumi.ComponentResourceOptions) {
    const groups = checked(argsSchema, args, `InjectorWebhookRule "${name}": `);
    super("vault-auto-unseal:index:InjectorWebhookRule", name, {}, opts);

    if (groups.clusterSecurityGroupId !== groups.nodeSecurityGroupId) {
      new vpc.SecurityGroupIngressRule(
        `${name}-ingress`,
        {
          securityGroupId: groups.nodeSecurityGroupId,
          referencedSecurityGroupId: groups.clusterSecurityGroupId,
          ipProtocol: "tcp",
          fromPort: vaultPorts.injectorWebhook,
          toPort: vaultPorts.injectorWebhook,
          description: "Kubernetes API server to the webhook of the Vault agent injector",
          tags: groups.tags,
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
