import type { Cloud, Created } from "../../local/resourceMonitor";

export const account = "111122223333";
export const region = "ap-northeast-2";
export const issuer = `oidc.eks.${region}.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE`;
export const oidcProviderArn = `arn:aws:iam::${account}:oidc-provider/${issuer}`;
export const keyArn = `arn:aws:kms:${region}:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** A test double for AWS: makes nothing, and answers with what AWS could answer. It knows the program's types and lookups only. */
export class PlausibleCloud implements Cloud {
  public async create({ type, name, inputs }: Parameters<Cloud["create"]>[0]): Promise<Created> {
    const outputs = outputsByType[type];
    if (!outputs) throw new Error(`no double for a resource of type ${type}`);
    return { id: name, outputs: outputs(name, inputs) };
  }

  public async invoke(token: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    const answer = answersByToken[token];
    if (!answer) throw new Error(`no double for the lookup ${token}`);
    return answer(args);
  }
}

const outputsByType: Record<
  string,
  (name: string, inputs: Record<string, unknown>) => Record<string, unknown>
> = {
  "aws:kms/key:Key": () => ({ arn: keyArn, keyId: keyArn.split("/")[1] }),
  "aws:kms/alias:Alias": () => ({}),
  "aws:iam/role:Role": (name) => ({ arn: `arn:aws:iam::${account}:role/${name}`, name }),
  "aws:iam/rolePolicy:RolePolicy": () => ({}),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": () => ({}),
  "kubernetes:helm.sh/v3:Release": () => ({ status: { status: "deployed" } }),
  "eks:index:Cluster": () => ({
    oidcProviderArn,
    clusterSecurityGroupId: "sg-0c1c1c1c1c1c1c1c1",
    nodeSecurityGroupId: "sg-0d2d2d2d2d2d2d2d2",
    kubeconfigJson: "{}",
  }),
};

const answersByToken: Record<string, (args: Record<string, unknown>) => Record<string, unknown>> = {
  "aws:eks/getCluster:getCluster": ({ name }) => ({
    name,
    arn: `arn:aws:eks:${region}:${account}:cluster/${String(name)}`,
    endpoint: "https://example.invalid",
    certificateAuthorities: [{ data: "" }],
    identities: [{ oidcs: [{ issuer: `https://${issuer}` }] }],
    vpcConfig: { clusterSecurityGroupId: "sg-0c1c1c1c1c1c1c1c1" },
  }),
  "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": () => ({ arn: oidcProviderArn }),
};
