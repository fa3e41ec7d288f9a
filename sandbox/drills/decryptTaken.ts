import { GetRolePolicyCommand, ListRolePoliciesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Figure, Stage } from "../stage";
import { sealedUntilRepaired } from "./sealedUntilRepaired";

/** kms:Decrypt taken from the role, as an explicit Deny does it: what the key policy allows does not matter then. */
export async function decryptTaken(stage: Stage): Promise<Figure[]> {
  const { aws, roleName } = stage;
  const { PolicyNames = [] } = await aws.iam.send(new ListRolePoliciesCommand({ RoleName: roleName }));
  const [PolicyName] = PolicyNames;
  if (PolicyNames.length !== 1 || PolicyName === undefined)
    throw new Error(`role ${roleName} has ${PolicyNames.length} inline policies, not one`);
  const { PolicyDocument } = await aws.iam.send(new GetRolePolicyCommand({ RoleName: roleName, PolicyName }));
  const document = decodeURIComponent(PolicyDocument ?? "");
  const put = async (text: string) => {
    await aws.iam.send(new PutRolePolicyCommand({ RoleName: roleName, PolicyName, PolicyDocument: text }));
  };
  return sealedUntilRepaired(stage, {
    event: "kms:Decrypt denied to the role",
    cause: /AccessDenied.*kms:Decrypt|kms:Decrypt.*denied/i,
    begin: () => put(denying(document, "kms:Decrypt")),
    repair: "the Deny removed",
    end: () => put(document),
  });
}

function denying(document: string, action: string): string {
  const policy = JSON.parse(document) as { Statement: object[] };
  return JSON.stringify({
    ...policy,
    Statement: [...policy.Statement, { Effect: "Deny", Action: action, Resource: "*" }],
  });
}
