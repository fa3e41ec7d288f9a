import assert from "node:assert/strict";
import { trustPolicy } from "../../../components/documents/trustPolicy";

// In every partition EKS makes service account tokens for sts.amazonaws.com: https://github.com/eksctl-io/eksctl/issues/1910
const issuers = {
  aws: "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
  "aws-cn": "oidc.eks.cn-north-1.amazonaws.com.cn/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
  "aws-us-gov": "oidc.eks.us-gov-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
};

describe("trustPolicy", () => {
  for (const [partition, issuer] of Object.entries(issuers)) {
    it(`trusts one service account of one cluster, in partition ${partition}`, () => {
      const oidcProviderArn = `arn:${partition}:iam::111122223333:oidc-provider/${issuer}`;
      const policy = trustPolicy({ oidcProviderArn, namespace: "security", serviceAccountName: "unsealer" });
      assert.deepEqual(JSON.parse(policy), {
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
                [`${issuer}:sub`]: "system:serviceaccount:security:unsealer",
              },
            },
          },
        ],
      });
    });
  }

  it("takes the issuer from the provider's ARN, whatever it is called", () => {
    const policy = trustPolicy({
      oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/issuer.example.com/oidc-provider/1",
      namespace: "vault",
      serviceAccountName: "vault",
    });
    assert.match(policy, /"issuer\.example\.com\/oidc-provider\/1:sub":/);
  });
});
