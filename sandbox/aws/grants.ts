import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import type { AwsClients } from "./clients";
import { emulatedAccount } from "./emulator";

type Attempt = (client: kms.KMSClient, key: ProbedKey) => Promise<unknown>;

/** A key, and something that root encrypted with it: so that a refused Encrypt does not hide what Decrypt would do. */
interface ProbedKey {
  KeyId: string;
  CiphertextBlob?: Uint8Array;
}

const Plaintext = new TextEncoder().encode("probe");

/** What the seal needs. */
const needed: Record<string, Attempt> = {
  "kms:DescribeKey": (client, { KeyId }) => client.send(new kms.DescribeKeyCommand({ KeyId })),
  "kms:Encrypt": (client, { KeyId }) => client.send(new kms.EncryptCommand({ KeyId, Plaintext })),
  "kms:Decrypt": (client, key) => client.send(new kms.DecryptCommand(key as kms.DecryptRequest)),
};

/** What would let the role read more, give its rights on, or take the key away. */
const excessive: Record<string, Attempt> = {
  "kms:GenerateDataKey": (client, { KeyId }) =>
    client.send(new kms.GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" })),
  "kms:GetKeyPolicy": (client, { KeyId }) => client.send(new kms.GetKeyPolicyCommand({ KeyId })),
  "kms:PutKeyPolicy": (client, { KeyId }) =>
    client.send(new kms.PutKeyPolicyCommand({ KeyId, Policy: "{}" })),
  "kms:CreateGrant": (client, { KeyId }) =>
    client.send(
      new kms.CreateGrantCommand({
        KeyId,
        GranteePrincipal: `arn:aws:iam::${emulatedAccount}:root`,
        Operations: ["Decrypt"],
      }),
    ),
  "kms:DisableKeyRotation": (client, { KeyId }) => client.send(new kms.DisableKeyRotationCommand({ KeyId })),
  "kms:DisableKey": (client, { KeyId }) => client.send(new kms.DisableKeyCommand({ KeyId })),
  "kms:ScheduleKeyDeletion": (client, { KeyId }) =>
    client.send(new kms.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 30 })),
};

/**
 * Tries, with the role's own credentials, what the role may do: the seal's three actions on the unseal key, by its own policy alone
 * and by the key's policy alone; nothing else on that key, and nothing on another.
 *
 * On AWS either policy is enough, so one that is broken would hide behind the other until somebody tidies up.
 *
 * @throws Error for the first action that is refused and needed, or allowed and not needed.
 */
export async function checkGrants(
  root: AwsClients,
  role: kms.KMSClient,
  keyId: string,
  roleName: string,
): Promise<string[]> {
  const { KeyMetadata } = await root.kms.send(
    new kms.CreateKeyCommand({ Description: "Not the unseal key" }),
  );
  const key = await probed(root, keyId);
  const other = await probed(root, KeyMetadata?.KeyId ?? "");

  await withoutKeyPolicy(root, keyId, () => mustBeAllowed(role, key, "its own policy"));
  await withoutRolePolicies(root, roleName, () => mustBeAllowed(role, key, "the key's policy"));
  await mustBeRefused(role, key, excessive, "on the unseal key");
  await mustBeRefused(role, other, { ...needed, ...excessive }, "on another key");
  return [
    `${Object.keys(needed).join(", ")} allowed by the role's policy alone and by the key's alone`,
    `${Object.keys(excessive).length} other kms actions refused, every one on another key`,
  ];
}

async function probed({ kms: client }: AwsClients, KeyId: string): Promise<ProbedKey> {
  const { CiphertextBlob } = await client.send(new kms.EncryptCommand({ KeyId, Plaintext }));
  return { KeyId, CiphertextBlob };
}

async function mustBeAllowed(role: kms.KMSClient, key: ProbedKey, by: string): Promise<void> {
  for (const [action, attempt] of Object.entries(needed)) {
    const refusal = await refusalOf(attempt(role, key));
    if (refusal) throw new Error(`${by} does not allow ${action}: ${refusal}`);
  }
}

async function mustBeRefused(
  role: kms.KMSClient,
  key: ProbedKey,
  actions: Record<string, Attempt>,
  where: string,
): Promise<void> {
  for (const [action, attempt] of Object.entries(actions)) {
    if (!(await refusalOf(attempt(role, key))))
      throw new Error(`Vault's role may ${action} ${where}, which the seal never needs`);
  }
}

/** The refusal in AWS's words; nothing if the call was allowed, whatever else was wrong with it. */
async function refusalOf(call: Promise<unknown>): Promise<string | undefined> {
  return call.then(
    () => undefined,
    (error: Error) => (error.name === "AccessDeniedException" ? error.message : undefined),
  );
}

async function withoutKeyPolicy(
  { kms: client }: AwsClients,
  KeyId: string,
  run: () => Promise<void>,
): Promise<void> {
  const { Policy } = await client.send(new kms.GetKeyPolicyCommand({ KeyId }));
  const rootOnly = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${emulatedAccount}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  };
  await client.send(new kms.PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(rootOnly) }));
  await run();
  await client.send(new kms.PutKeyPolicyCommand({ KeyId, Policy }));
}

async function withoutRolePolicies(
  { iam: client }: AwsClients,
  RoleName: string,
  run: () => Promise<void>,
): Promise<void> {
  const { PolicyNames = [] } = await client.send(new iam.ListRolePoliciesCommand({ RoleName }));
  const policies = await Promise.all(
    PolicyNames.map((PolicyName) => client.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName }))),
  );
  for (const PolicyName of PolicyNames)
    await client.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName }));
  await run();
  for (const { PolicyName, PolicyDocument } of policies) {
    await client.send(
      new iam.PutRolePolicyCommand({
        RoleName,
        PolicyName,
        PolicyDocument: decodeURIComponent(PolicyDocument ?? ""),
      }),
    );
  }
}
