import type { ResourceValidationPolicy } from "@pulumi/policy";
import { readDocument, UnreadableDocument, type Statement } from "../iamDocument";
import { identityPolicyFindings } from "../identityPolicy";
import { keyPolicyFindings } from "../keyPolicy";

interface Configuration {
  allowedActions: string[];
}

/** A policy document among a resource's inputs: JSON text, or the same as data. */
interface PolicyDocument {
  /** How a message points at it. */
  label: string;
  kind: "identity" | "key";
  content: unknown;
}

const holdersOfIdentityPolicy = new Set([
  "aws:iam/groupPolicy:GroupPolicy",
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
]);

/** Where there is no `policy`, AWS gives the key its default key policy. */
const keys = new Set([
  "aws:kms/externalKey:ExternalKey",
  "aws:kms/key:Key",
  "aws:kms/replicaExternalKey:ReplicaExternalKey",
  "aws:kms/replicaKey:ReplicaKey",
]);

/**
 * Identity policies allow a few actions of KMS on named keys, and key policies leave wildcards to the account. The rules are
 * those of {@link identityPolicyFindings} and {@link keyPolicyFindings}. A document that can't be read is a violation too.
 */
export const kmsActionsScoped: ResourceValidationPolicy = {
  name: "kms-actions-scoped",
  description: "IAM policies and key policies name the KMS actions and keys they allow.",
  configSchema: {
    properties: {
      allowedActions: {
        type: "array",
        items: { type: "string", pattern: "^kms:[A-Za-z]+$" },
        default: ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"],
        description: "The KMS actions that an identity policy may allow.",
      },
    },
  },
  validateResource: ({ type, props, getConfig, notApplicable }, reportViolation) => {
    const documents = documentsOf(type, props);
    if (documents.length === 0)
      notApplicable("only an identity policy or a key policy can allow KMS actions");
    const { allowedActions } = getConfig<Configuration>();
    for (const { label, kind, content } of documents) {
      const findings = findingsIn(content, (statements) =>
        kind === "key" ? keyPolicyFindings(statements) : identityPolicyFindings(statements, allowedActions),
      );
      findings.forEach((finding) => reportViolation(`${label}: ${finding}`));
    }
  },
};

function documentsOf(type: string, { policy, inlinePolicies }: Record<string, unknown>): PolicyDocument[] {
  if (holdersOfIdentityPolicy.has(type)) return [{ label: "policy", kind: "identity", content: policy }];
  if (type === "aws:kms/keyPolicy:KeyPolicy" || (keys.has(type) && policy != null)) {
    return [{ label: "policy", kind: "key", content: policy }];
  }
  return type === "aws:iam/role:Role" ? inlineDocuments(inlinePolicies as InlinePolicies) : [];
}

/** The empty one takes all inline policies from the role, so it allows nothing. */
type InlinePolicies = { policy?: unknown }[] | undefined | null;

function inlineDocuments(inlinePolicies: InlinePolicies): PolicyDocument[] {
  return (inlinePolicies ?? [])
    .map(({ policy }, index) => ({
      label: `inlinePolicies[${index}]`,
      kind: "identity" as const,
      content: policy,
    }))
    .filter(({ content }) => content != null);
}

function findingsIn(content: unknown, inspect: (statements: Statement[]) => string[]): string[] {
  try {
    return inspect(readDocument(content));
  } catch (error) {
    if (error instanceof UnreadableDocument) return [`The document can't be read: ${error.message}.`];
    throw error;
  }
}
