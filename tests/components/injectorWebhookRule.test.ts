import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { InjectorWebhookRule, type InjectorWebhookRuleArgs } from "../../components";
import { assertRefused, mockPulumi, noting, registered } from "../support/pulumiMocks";

const cluster = "sg-0c1c1c1c1c1c1c1c1";
const nodes = "sg-0d2d2d2d2d2d2d2d2";

async function make(args: InjectorWebhookRuleArgs) {
  const resources = await mockPulumi();
  const declared: pulumi.ResourceTransformationArgs[] = [];
  const rule = new InjectorWebhookRule("vault", args, noting(declared));
  await registered();
  return { rule, resources, declared };
}

const component = { type: "vault-auto-unseal:index:InjectorWebhookRule", name: "vault", inputs: {} };
const ingress = {
  type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  name: "vault-ingress",
  inputs: {
    securityGroupId: nodes,
    referencedSecurityGroupId: cluster,
    ipProtocol: "tcp",
    fromPort: 8080,
    toPort: 8080,
    description: "Kubernetes API server to the webhook of the Vault agent injector",
  },
};

describe("InjectorWebhookRule", () => {
  it("lets the cluster's group in to the nodes', on the webhook's port only", async () => {
    const { rule, resources, declared } = await make({
      clusterSecurityGroupId: cluster,
      nodeSecurityGroupId: nodes,
    });
    assert.deepEqual(resources, [component, ingress]);
    assert.equal(declared[1]?.opts.parent, rule);
  });

  it("waits for groups that are made with the cluster", async () => {
    const { resources } = await make({
      clusterSecurityGroupId: pulumi.output(cluster),
      nodeSecurityGroupId: pulumi.output(nodes),
      tags: { team: "security" },
    });
    assert.deepEqual(resources[1]?.inputs, { ...ingress.inputs, tags: { team: "security" } });
  });

  it("makes nothing where cluster and nodes share a group", async () => {
    const { resources } = await make({ clusterSecurityGroupId: cluster, nodeSecurityGroupId: cluster });
    assert.deepEqual(resources, [component]);
  });

  it("refuses a group's name", async () => {
    await assertRefused(
      () =>
        new InjectorWebhookRule("vault", { clusterSecurityGroupId: cluster, nodeSecurityGroupId: "nodes" }),
      'InjectorWebhookRule "vault": nodeSecurityGroupId is "nodes"; it must be the id of a security group, e.g. ' +
        '"sg-0123456789abcdef0"',
    );
  });
});
