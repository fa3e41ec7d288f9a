import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { parseArn } from "./components/documents/arn";
import { sortedJson } from "./components/documents/json";
import type { ExistingCluster, NewCluster, Settings } from "./config";

/** What Vault needs of the cluster it runs on. */
export interface Cluster {
  oidcProviderArn: pulumi.Input<string>;
  clusterSecurityGroupId: pulumi.Input<string>;
  nodeSecurityGroupId?: pulumi.Input<string>;
  provider: k8s.Provider;
}

/**
 * The cluster of a stack: looked up by its name, or made.
 *
 * @throws pulumi.RunError if an existing cluster has no OIDC provider in IAM.
 */
export async function clusterOf({ cluster, tags }: Settings): Promise<Cluster> {
  return "nodes" in cluster ? createdCluster(cluster, tags) : existingCluster(cluster);
}

async function existingCluster({ name, nodeSecurityGroupId }: ExistingCluster): Promise<Cluster> {
  const found = await aws.eks.getCluster({ name });
  const oidcProviderArn = await oidcProviderOf(found);
  return {
    oidcProviderArn,
    clusterSecurityGroupId: found.vpcConfig.clusterSecurityGroupId,
    nodeSecurityGroupId,
    provider: kubernetesOf(found),
  };
}

/** A cluster with its nodes and OIDC provider, in the account's default VPC. */
function createdCluster(settings: NewCluster, tags?: { [key: string]: string }): Cluster {
  const cluster = new eks.Cluster(settings.name, {
    version: settings.version,
    instanceType: settings.instanceType,
    desiredCapacity: settings.nodes,
    minSize: settings.nodes,
    maxSize: settings.nodes,
    createOidcProvider: true,
    tags,
  });
  return {
    oidcProviderArn: cluster.oidcProviderArn,
    clusterSecurityGroupId: cluster.clusterSecurityGroupId,
    nodeSecurityGroupId: cluster.nodeSecurityGroupId,
    provider: new k8s.Provider("cluster", { kubeconfig: cluster.kubeconfigJson }),
  };
}

async function oidcProviderOf(cluster: aws.eks.GetClusterResult): Promise<string> {
  const issuer = cluster.identities[0]?.oidcs[0]?.issuer;
  try {
    if (!issuer) throw new Error("the cluster has no OIDC issuer");
    return (await aws.iam.getOpenIdConnectProvider({ url: issuer })).arn;
  } catch (error) {
    throw new pulumi.RunError(
      `no OIDC provider in IAM for the EKS cluster "${cluster.name}" (${(error as Error).message}): none of its service accounts ` +
        `can assume a role. Create it with: eksctl utils associate-iam-oidc-provider --cluster ${cluster.name} --approve`,
    );
  }
}

function kubernetesOf(found: aws.eks.GetClusterResult): k8s.Provider {
  const region = parseArn(found.arn).region;
  return new k8s.Provider("cluster", {
    kubeconfig: sortedJson({
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: found.name,
          cluster: {
            server: found.endpoint,
            "certificate-authority-data": found.certificateAuthorities[0]?.data,
          },
        },
      ],
      contexts: [{ name: found.name, context: { cluster: found.name, user: "aws" } }],
      "current-context": found.name,
      users: [
        {
          name: "aws",
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1beta1",
              command: "aws",
              args: ["eks", "get-token", "--cluster-name", found.name, "--region", region],
            },
          },
        },
      ],
    }),
  });
}
