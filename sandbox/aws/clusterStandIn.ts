import { CreateSecurityGroupCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { CreateOpenIDConnectProviderCommand } from "@aws-sdk/client-iam";
import { generateKeyPair, SignJWT } from "jose";
import type { CryptoKey } from "jose";
import { randomBytes } from "node:crypto";
import type { AwsClients } from "./clients";
import { emulatedAccount } from "./emulator";

/**
 * Stands in for an EKS cluster, which no emulator runs without Docker: its security groups and its OIDC provider are real
 * (emulated) AWS resources, and it signs tokens for service accounts as the API server does. There is no Kubernetes in it.
 */
export class ClusterStandIn {
  private constructor(
    public readonly name: string,
    public readonly arn: string,
    public readonly issuer: string,
    public readonly oidcProviderArn: string,
    public readonly clusterSecurityGroupId: string,
    public readonly nodeSecurityGroupId: string,
    private readonly signingKey: CryptoKey,
  ) {}

  public static async create(aws: AwsClients, region: string, name: string): Promise<ClusterStandIn> {
    const issuer = `oidc.eks.${region}.amazonaws.com/id/${randomBytes(16).toString("hex").toUpperCase()}`;
    const { Vpc } = await aws.ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const group = async (use: string) => {
      const GroupName = `${name}-${use}`;
      const made = await aws.ec2.send(
        new CreateSecurityGroupCommand({ GroupName, Description: GroupName, VpcId: Vpc?.VpcId }),
      );
      return given(made.GroupId, "GroupId");
    };
    const provider = await aws.iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: `https://${issuer}`,
        ClientIDList: ["sts.amazonaws.com"],
      }),
    );
    return new ClusterStandIn(
      name,
      `arn:aws:eks:${region}:${emulatedAccount}:cluster/${name}`,
      `https://${issuer}`,
      given(provider.OpenIDConnectProviderArn, "OpenIDConnectProviderArn"),
      await group("cluster"),
      await group("nodes"),
      (await generateKeyPair("RS256")).privateKey,
    );
  }

  /** A token as Kubernetes projects it into a pod of this service account, for AWS STS, good for an hour. */
  public serviceAccountToken(namespace: string, serviceAccountName: string): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: "RS256" })
      .setIssuer(this.issuer)
      .setSubject(`system:serviceaccount:${namespace}:${serviceAccountName}`)
      .setAudience("sts.amazonaws.com")
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(this.signingKey);
  }
}

function given(value: string | undefined, name: string): string {
  if (value === undefined) throw new Error(`the emulator's answer has no ${name}`);
  return value;
}
