import { parseArn } from "./arn";
import { sortedJson } from "./json";

/** Who may assume Vault's role: one service account of one cluster. */
export interface ServiceAccountSubject {
  /** ARN of the cluster's IAM OIDC provider, `arn:PARTITION:iam::ACCOUNT:oidc-provider/ISSUER`. */
  oidcProviderArn: string;
  namespace: string;
  serviceAccountName: string;
}

/**
 * The trust policy of an IAM role for a service account. Both `sub` and `aud` are compared exactly: without `aud` a token
 * made for another audience would do, and with a pattern another service account would.
 *
 * The issuer is what follows `oidc-provider/` in the provider's ARN, so it is right in every partition.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
 */
export function trustPolicy({
  oidcProviderArn,
  namespace,
  serviceAccountName,
}: ServiceAccountSubject): string {
  const issuer = parseArn(oidcProviderArn).resource.replace(/^oidc-provider\//, "");
  return sortedJson({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "VaultServiceAccount",
        Effect: "Allow",
        Principal: { Federated: oidcProviderArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${issuer}:aud`]: "sts.amazonaws.com",
            [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccountName}`,
          },
        },
      },
    ],
  });
}
