/**
 * Inputs that a cloud can't change in place, by type: when one of them changes, the resource is replaced.
 *
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs what "forces new resource"
 * @see https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/ `clusterIdentifier`
 */
export const replacedOnChangeOf: Record<string, string[]> = {
  "aws:iam/role:Role": ["name", "path"],
  "aws:iam/rolePolicy:RolePolicy": ["name", "role"],
  "aws:kms/alias:Alias": ["name"],
  "aws:kms/key:Key": ["customerMasterKeySpec", "keyUsage"],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ["securityGroupId"],
  "kubernetes:helm.sh/v3:Release": ["name", "namespace"],
  "pulumi:providers:kubernetes": ["clusterIdentifier"],
};
