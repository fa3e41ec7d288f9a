import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "./argumentErrors";
import { dnsLabel, input, oidcProviderArn, settings, stringMap } from "./argumentSchemas";
import { trustPolicy } from "./documents/trustPolicy";
import { unsealPolicy } from "./documents/unsealPolicy";

export interface UnsealIdentityArgs {
  /** ARN of the cluster's IAM OIDC provider, `arn:PARTITION:iam::ACCOUNT:oidc-provider/ISSUER`. */
  oidcProviderArn: pulumi.Input<string>;
  /** Namespace of Vault's service account. */
  namespace: string;
  /** Name of Vault's service account. */
  serviceAccountName: string;
  /** Tags of the role. */
  tags?: { [key: string]: string };
}

const argsSchema = settings({
  oidcProviderArn: input("oidcProviderArn", oidcProviderArn),
  namespace: dnsLabel,
  serviceAccountName: dnsLabel,
  tags: stringMap.optional(),
});

/** The IAM role that one service account of one cluster may assume, and that may use one key. */
export class UnsealIdentity extends pulumi.ComponentResource {
  public readonly roleArn: pulumi.Output<string>;
  public readonly roleName: pulumi.Output<string>;

  constructor(name: string, args: UnsealIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = checked(argsSchema, args, `UnsealIdentity "${name}": `);
    super("vault-auto-unseal:index:UnsealIdentity", name, {}, opts);

    const role = new iam.Role(
      `${name}-role`,
      {
        description: `Vault's service account ${subject.namespace}/${subject.serviceAccountName}: unseals with KMS`,
        assumeRolePolicy: pulumi
          .output(subject.oidcProviderArn)
          .apply((provider) => trustPolicy({ ...subject, oidcProviderArn: provider })),
        tags: subject.tags,
      },
      { parent: this },
    );
    this.roleArn = role.arn;
    this.roleName = role.name;
    this.registerOutputs({ roleArn: this.roleArn, roleName: this.roleName });
  }

  /**
   * Lets the role use a key. A step of its own because the key's policy names the role, which AWS wants to exist first,
   * and the role's policy names the key.
   *
   * @param name the policy's resource name.
   */
  public allowUseOf(name: string, keyArn: pulumi.Input<string>): iam.RolePolicy {
    return new iam.RolePolicy(
      name,
      { role: this.roleName, policy: pulumi.output(keyArn).apply(unsealPolicy) },
      { parent: this },
    );
  }
}
