import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { refusal } from "./components/argumentErrors";
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
export async function clusterOf(cluster: Settings["cluster"], tags: Settings["tags"]): Promise<Cluster> {
  return "nodes" in cluster ? createdCluster(cluster, tags) : existingCluster(cluster);
}

async function existingCluster({ name, nodeSecurityGroupId }: ExistingCluster): Promise<Cluster> {
  const found = await aws.eks.getCluster({ name });
  const oidcProviderArn = await oidcProviderOf(found);
  return {
    oidcProviderArn,
    clusterSecurityGroupId: found.vpcConfig.clusterSecurityGroupId,
    nodeSecurityGroupId,
    provider: kubernetes(kubeconfigOf(found), oidcProviderArn),
  };
}

/** A cluster with its nodes and OIDC provider, in the account's default VPC. */
function createdCluster(settings: NewCluster, tags: Settings["tags"]): Cluster {
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
    provider: kubernetes(cluster.kubeconfigJson, cluster.oidcProviderArn),
  };
}

async function oidcProviderOf(cluster: aws.eks.GetClusterResult): Promise<string> {
  const issuer = cluster.identities[0]?.oidcs[0]?.issuer;
  try {
    if (!issuer) throw new Error("the cluster has no OIDC issuer");
    return (await aws.iam.getOpenIdConnectProvider({ url: issuer })).arn;
  } catch (error) {
    throw refusal(
      `no OIDC provider in IAM for the EKS cluster "${cluster.name}" (${(error as Error).message}): none of its service accounts ` +
        `can assume a role. Create it with: eksctl utils associate-iam-oidc-provider --cluster ${cluster.name} --approve`,
    );
  }
}

/**
 * The provider for a cluster. It is told apart by its OIDC provider, which no other cluster has: by default a change of the
 * kubeconfig would replace the provider, and with it the release.
 */
function kubernetes(kubeconfig: pulumi.Input<string>, clusterIdentifier: pulumi.Input<string>): k8s.Provider {
  return new k8s.Provider("cluster", { kubeconfig, clusterIdentifier });
}

function kubeconfigOf(cluster: aws.eks.GetClusterResult): string {
  const { name, endpoint, certificateAuthorities } = cluster;
  const region = parseArn(cluster.arn).region;
  return sortedJson({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name, cluster: { server: endpoint, "certificate-authority-data": certificateAuthorities[0]?.data } },
    ],
    contexts: [{ name, context: { cluster: name, user: "aws" } }],
    "current-context": name,
    users: [
      {
        name: "aws",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", name, "--region", region],
          },
        },
      },
    ],
  });
}
