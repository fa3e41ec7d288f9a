/**
 * Inputs that a cloud can't change in place, by type: a change of one replaces the resource. Sources: the resources' pages in the
 * Terraform AWS provider's documentation ("forces new resource") and the kubernetes provider's for Release and Provider.
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
