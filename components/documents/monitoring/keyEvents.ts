import { parseArn } from "../arn";
import { sortedJson } from "../json";

/**
 * Calls that can take the unseal key away or loosen who may use it. `DeleteImportedKeyMaterial` concerns an adopted key with material
 * of its owner's: it makes the key unusable at once.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/understanding-kms-entries.html
 */
const changes = [
  "DeleteAlias",
  "DeleteImportedKeyMaterial",
  "DisableKey",
  "DisableKeyRotation",
  "PutKeyPolicy",
  "ScheduleKeyDeletion",
  "UpdateAlias",
];

/**
 * The EventBridge pattern, JSON text, of the calls that have changed the key. Nobody restarts a server for them, so nothing else tells:
 * the servers that run stay unsealed, and the next restart fails.
 *
 * @param keyArn `arn:PARTITION:kms:REGION:ACCOUNT:key/ID`
 */
export function keyChangedPattern(keyArn: string): string {
  return pattern({ eventName: changes, errorCode: [{ exists: false }], $or: namedIn(keyArn) });
}

/**
 * The EventBridge pattern, JSON text, of every call on the key that IAM or the key policy refused, attempts to change the key included.
 * A refused call need not list the key among its resources nor repeat its parameters; then the message names it.
 *
 * Its rule needs the state `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`: otherwise EventBridge leaves out read-only calls such as
 * `DescribeKey`, the first that a server makes.
 *
 * @param keyArn `arn:PARTITION:kms:REGION:ACCOUNT:key/ID`
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html
 */
export function keyRefusedPattern(keyArn: string): string {
  return pattern({
    errorCode: [{ prefix: "AccessDenied" }],
    $or: [...namedIn(keyArn), { errorMessage: [{ wildcard: `*${keyArn}*` }] }],
  });
}

/** Callers may name a key by its id or its ARN; where they use an alias, CloudTrail lists the ARN among the resources. */
function namedIn(keyArn: string): Record<string, unknown>[] {
  const keyId = parseArn(keyArn).resource.replace(/^key\//, "");
  return [{ requestParameters: { keyId: [keyId, keyArn] } }, { resources: { ARN: [keyArn] } }];
}

function pattern(detail: Record<string, unknown>): string {
  return sortedJson({
    source: ["aws.kms"],
    "detail-type": ["AWS API Call via CloudTrail"],
    detail: { eventSource: ["kms.amazonaws.com"], ...detail },
  });
}
