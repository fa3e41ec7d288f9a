import type { Cloud, Created } from "../../local/resourceMonitor";
import type { AwsClients } from "./clients";
import type { ClusterStandIn } from "./clusterStandIn";
import { awsResources } from "./resources";

/**
 * Makes every AWS resource of a program in the emulator through the AWS SDK, answers its lookups from there and from the cluster
 * stand-in, and records Kubernetes resources.
 */
export class EmulatedCloud implements Cloud {
  /** AWS resources it has made. */
  public readonly made: { type: string; name: string; id: string }[] = [];

  public constructor(
    private readonly aws: AwsClients,
    private readonly cluster: ClusterStandIn,
  ) {}

  public async create({
    type,
    name,
    inputs,
  }: {
    type: string;
    name: string;
    inputs: Record<string, unknown>;
  }): Promise<Created> {
    if (type.startsWith("kubernetes:"))
      return { id: String(inputs.name ?? name), outputs: { status: { status: "deployed" } } };
    // The component makes a whole cluster; the stand-in is that cluster.
    if (type === "eks:index:Cluster") return { id: "", outputs: this.createdCluster() };
    const creator = awsResources[type];
    if (!creator) throw new Error(`the sandbox can't make a resource of type ${type} ("${name}")`);
    try {
      const created = await creator(this.aws, name, inputs);
      this.made.push({ type, name, id: created.id });
      return created;
    } catch (error) {
      throw new Error(`${type} "${name}": ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }

  public async invoke(token: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    switch (token) {
      case "aws:eks/getCluster:getCluster":
        if (args.name !== this.cluster.name)
          throw new Error(`no cluster found for name: ${String(args.name)}`);
        return {
          id: this.cluster.name,
          name: this.cluster.name,
          arn: this.cluster.arn,
          endpoint: "https://kubernetes.invalid",
          certificateAuthorities: [{ data: "" }],
          identities: [{ oidcs: [{ issuer: this.cluster.issuer }] }],
          vpcConfig: { clusterSecurityGroupId: this.cluster.clusterSecurityGroupId },
        };
      case "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider":
        if (args.url !== this.cluster.issuer) throw new Error(`no OIDC provider for ${String(args.url)}`);
        return { id: this.cluster.oidcProviderArn, arn: this.cluster.oidcProviderArn, url: args.url };
      default:
        throw new Error(`the sandbox can't answer the lookup ${token}`);
    }
  }

  private createdCluster(): Record<string, unknown> {
    return {
      oidcProviderArn: this.cluster.oidcProviderArn,
      clusterSecurityGroupId: this.cluster.clusterSecurityGroupId,
      nodeSecurityGroupId: this.cluster.nodeSecurityGroupId,
      kubeconfigJson: JSON.stringify({ apiVersion: "v1", kind: "Config", clusters: [] }),
    };
  }
}
