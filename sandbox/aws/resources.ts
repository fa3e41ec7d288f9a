import { AuthorizeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  EnableKeyRotationCommand,
  type CreateKeyRequest,
} from "@aws-sdk/client-kms";
import { randomBytes } from "node:crypto";
import type { Created } from "../../local/resourceMonitor";
import type { AwsClients } from "./clients";

type Inputs = Record<string, unknown>;
type Tags = Record<string, string> | undefined;

/** Makes one resource of a type as the AWS provider would, from the inputs the program gave. */
type Creator = (aws: AwsClients, name: string, inputs: Inputs) => Promise<Created>;

/**
 * By type token, for every AWS type of the program. An input that a creator does not pass on is an error: what was left out
 * could be what makes the difference on AWS.
 */
export const awsResources: Record<string, Creator> = {
  "aws:kms/key:Key": async (aws, _name, inputs) => {
    const { enableKeyRotation, rotationPeriodInDays, deletionWindowInDays, tags, ...rest } = taken(inputs, {
      description: "",
      keyUsage: "",
      customerMasterKeySpec: "",
      policy: "",
      enableKeyRotation: false,
      rotationPeriodInDays: 0,
      // Kept by the provider for the day the key is deleted.
      deletionWindowInDays: 0,
      tags: {},
    });
    const { KeyMetadata } = await aws.kms.send(
      new CreateKeyCommand({
        Description: rest.description,
        KeyUsage: rest.keyUsage as CreateKeyRequest["KeyUsage"],
        KeySpec: rest.customerMasterKeySpec as CreateKeyRequest["KeySpec"],
        Policy: rest.policy,
        Tags: Object.entries(tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      }),
    );
    const KeyId = KeyMetadata?.KeyId ?? "";
    if (enableKeyRotation) {
      await aws.kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: rotationPeriodInDays }));
    }
    return { id: KeyId, outputs: { arn: KeyMetadata?.Arn, keyId: KeyId, deletionWindowInDays } };
  },

  "aws:kms/alias:Alias": async (aws, _name, inputs) => {
    const { name, targetKeyId } = taken(inputs, { name: "", targetKeyId: "" });
    await aws.kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: targetKeyId }));
    return { id: name, outputs: { name } };
  },

  "aws:iam/role:Role": async (aws, resourceName, inputs) => {
    const { name, ...rest } = taken(inputs, { name: "", description: "", assumeRolePolicy: "", tags: {} });
    const { Role } = await aws.iam.send(
      new CreateRoleCommand({
        RoleName: name ?? `${resourceName}-${randomBytes(4).toString("hex").slice(0, 7)}`,
        Description: rest.description,
        AssumeRolePolicyDocument: rest.assumeRolePolicy,
        Tags: pairs(rest.tags),
      }),
    );
    return { id: Role?.RoleName ?? "", outputs: { arn: Role?.Arn, name: Role?.RoleName } };
  },

  "aws:iam/rolePolicy:RolePolicy": async (aws, resourceName, inputs) => {
    const { role, name = resourceName, policy } = taken(inputs, { role: "", name: "", policy: "" });
    await aws.iam.send(
      new PutRolePolicyCommand({ RoleName: role, PolicyName: name, PolicyDocument: policy }),
    );
    return { id: `${role}:${name}`, outputs: { name } };
  },

  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": async (aws, _name, inputs) => {
    const rule = taken(inputs, {
      securityGroupId: "",
      referencedSecurityGroupId: "",
      ipProtocol: "",
      fromPort: 0,
      toPort: 0,
      description: "",
      tags: {},
    });
    if (!ruleDescription.test(rule.description)) {
      throw new Error(
        `EC2 refuses the description "${rule.description}"; it takes ${ruleDescription.source}`,
      );
    }
    const made = await aws.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: rule.securityGroupId,
        IpPermissions: [
          {
            IpProtocol: rule.ipProtocol,
            FromPort: rule.fromPort,
            ToPort: rule.toPort,
            UserIdGroupPairs: [{ GroupId: rule.referencedSecurityGroupId, Description: rule.description }],
          },
        ],
        TagSpecifications: [{ ResourceType: "security-group-rule", Tags: pairs(rule.tags) }],
      }),
    );
    const id = made.SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
    return { id, outputs: { securityGroupRuleId: id } };
  },
};

/**
 * What EC2 takes as a rule's description; the emulator takes anything.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
 */
const ruleDescription = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

/** The inputs under the names that are handled, with the types of the samples. */
function taken<T extends Record<string, string | number | boolean | object>>(inputs: Inputs, handled: T) {
  const other = Object.keys(inputs).filter((name) => !(name in handled) && !name.startsWith("__"));
  if (other.length > 0) throw new Error(`the sandbox can't pass on ${other.join(", ")}`);
  return inputs as { [K in keyof T]: Sampled<T[K]> };
}

type Sampled<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : Tags;

function pairs(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}
