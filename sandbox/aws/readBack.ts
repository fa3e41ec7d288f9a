import { DescribeSecurityGroupRulesCommand } from "@aws-sdk/client-ec2";
import { DescribeKeyCommand, GetKeyRotationStatusCommand } from "@aws-sdk/client-kms";
import type { AwsClients } from "./clients";
import type { ClusterStandIn } from "./clusterStandIn";

/**
 * Asks the emulator, not the program, for what keeps a key and an API server going: that the key rotates, that its alias finds it,
 * and that exactly the cluster security group reaches the injector's port.
 *
 * @returns one line for each.
 * @throws Error for the first that is not so.
 */
export async function readBack(
  aws: AwsClients,
  expected: { keyId: string; aliasName?: string; injector: boolean; cluster: ClusterStandIn },
): Promise<string[]> {
  const { keyId: KeyId, aliasName, injector, cluster } = expected;
  const rotation = await aws.kms.send(new GetKeyRotationStatusCommand({ KeyId }));
  if (!rotation.KeyRotationEnabled) throw new Error(`key ${KeyId} does not rotate`);
  const seen = [`key rotates every ${rotation.RotationPeriodInDays} days`];

  if (aliasName !== undefined) {
    const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId: aliasName }));
    if (KeyMetadata?.KeyId !== KeyId) throw new Error(`${aliasName} is not the alias of key ${KeyId}`);
    seen.push(`${aliasName} is its alias`);
  }
  if (injector) {
    const { SecurityGroupRules = [] } = await aws.ec2.send(
      new DescribeSecurityGroupRulesCommand({
        Filters: [{ Name: "group-id", Values: [cluster.nodeSecurityGroupId] }],
      }),
    );
    const rules = SecurityGroupRules.filter(({ IsEgress }) => !IsEgress);
    const [rule] = rules;
    const source = rule?.ReferencedGroupInfo?.GroupId;
    if (
      rules.length !== 1 ||
      rule?.FromPort !== 8080 ||
      rule.ToPort !== 8080 ||
      source !== cluster.clusterSecurityGroupId
    ) {
      throw new Error(
        `the nodes' security group should let in tcp 8080 from ${cluster.clusterSecurityGroupId} only: ${JSON.stringify(rules)}`,
      );
    }
    seen.push(`tcp 8080 is open to the cluster security group only`);
  }
  return seen;
}
