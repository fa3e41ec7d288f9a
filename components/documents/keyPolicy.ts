import { parseArn } from "./arn";
import { sortedJson } from "./json";
import { unsealActions } from "./unsealActions";

/**
 * The key policy of the unseal key. The account of Vault's role administers the key through IAM, as in AWS's default key
 * policy, so that nobody is locked out; Vault's role may use the key and nothing more.
 *
 * @param vaultRoleArn the role's ARN; it also tells the account and the partition.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function keyPolicy(vaultRoleArn: string): string {
  const { partition, account } = parseArn(vaultRoleArn);
  return sortedJson({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AccountAdministersThroughIam",
        Effect: "Allow",
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Sid: "VaultUnseals",
        Effect: "Allow",
        Principal: { AWS: vaultRoleArn },
        Action: unsealActions,
        Resource: "*",
      },
    ],
  });
}
