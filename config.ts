import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { checked } from "./components/argumentErrors";
import { dnsLabel, securityGroupId, settings, text, wholeNumber } from "./components/argumentSchemas";
import { vaultShape } from "./components/vaultAutoUnseal";
import { holdsTheSeal } from "./components/vaultRelease";

/** An EKS cluster that exists. */
const cluster = settings({
  name: text(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, "the name of an EKS cluster of this account and region"),
  nodeSecurityGroupId: securityGroupId.optional(),
});

/** An EKS cluster to be made with the stack, in the account's default VPC. */
const newCluster = settings({
  name: dnsLabel.default("vault"),
  version: text(/^1\.\d{2}$/, 'a Kubernetes version, e.g. "1.33"').optional(),
  instanceType: text(/^[a-z0-9-]+\.[a-z0-9]+$/, 'an EC2 instance type, e.g. "t3.medium"').default(
    "t3.medium",
  ),
  nodes: wholeNumber({ min: 1, max: 20 }, "nodes").default(3),
});

/** Every setting of a stack, with its rules and its default. */
export const stackSettings = settings({
  ...vaultShape,
  cluster: cluster.optional(),
  newCluster: newCluster.optional(),
})
  .check(holdsTheSeal)
  .check(hasOneCluster)
  .check(knowsTheNodes);

export type ExistingCluster = z.output<typeof cluster>;
export type NewCluster = z.output<typeof newCluster>;

/** A stack's settings, checked and with their defaults. */
export type Settings = Omit<z.output<typeof stackSettings>, "cluster" | "newCluster"> & {
  cluster: ExistingCluster | NewCluster;
};

/**
 * Reads the stack's configuration: every setting of the project, each a key of its own.
 *
 * @throws pulumi.RunError naming each setting that is unknown, missing or wrong, its value and what would be right.
 */
export function readSettings(): Settings {
  const project = pulumi.getProject();
  const { cluster, newCluster, values, ...read } = checked(stackSettings, configured(project), `${project}:`);
  return {
    ...read,
    // hasOneCluster has seen to it that one of them is there.
    cluster: (cluster ?? newCluster) as ExistingCluster | NewCluster,
    // A secret anywhere in the values makes them one secret, in the state and in what is shown of them.
    values: secretKeys().includes(`${project}:values`) ? pulumi.secret(values) : values,
  };
}

/** Keys of the configuration with a secret in them, as Pulumi's language host tells its SDK. */
function secretKeys(): string[] {
  return JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[];
}

function configured(project: string): Record<string, unknown> {
  const prefix = `${project}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig() ?? {})
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), structured(value)]),
  );
}

/** Pulumi hands over lists and maps as JSON, text as it is. */
function structured(value: string): unknown {
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

type ClusterSettings = Record<string, unknown> & {
  cluster?: ExistingCluster;
  injector: { enabled: boolean };
};

function hasOneCluster({ value, issues }: z.core.ParsePayload<ClusterSettings>): void {
  if ((value.cluster === undefined) !== (value.newCluster === undefined)) return;
  issues.push({
    code: "custom",
    input: value.cluster,
    path: ["cluster"],
    message: "must name an existing EKS cluster, or newCluster describe one to be made; one of the two",
  });
}

function knowsTheNodes({ value, issues }: z.core.ParsePayload<ClusterSettings>): void {
  if (
    value.cluster === undefined ||
    value.cluster.nodeSecurityGroupId !== undefined ||
    !value.injector.enabled
  )
    return;
  issues.push({
    code: "custom",
    input: undefined,
    path: ["cluster", "nodeSecurityGroupId"],
    message:
      "must be the security group of the nodes while the injector is on, so that the API server reaches its webhook; " +
      "give the cluster security group where the nodes share it",
  });
}
