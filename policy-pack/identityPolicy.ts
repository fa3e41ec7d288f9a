import { grantsOf, quoted, reachesResourcesOf, type Grant, type Statement } from "./iamDocument";

const keyArnForm = "arn:PARTITION:kms:REGION:ACCOUNT:key/ID";
const keyArn = /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;

/** Actions that concern no key, so that AWS wants `*` as their Resource. */
const actionsWithoutKey = new Set(["kms:createkey", "kms:generaterandom", "kms:listaliases", "kms:listkeys"]);

/**
 * What an identity policy allows of KMS beyond some actions, each by its name, on some keys, each by its ARN. Conditions are
 * not weighed: they narrow when a permission holds, not what it is. An alias's ARN doesn't count, because it stands for no key
 * there.
 *
 * @param allowedActions names such as `kms:Decrypt`, in any letter case.
 * @returns one sentence for each finding, naming the statement and what to change; none if all is well.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
 */
export function identityPolicyFindings(statements: Statement[], allowedActions: string[]): string[] {
  return statements
    .filter(reachesKeys)
    .flatMap((statement) => [...actionFindings(statement, allowedActions), ...resourceFindings(statement)]);
}

function reachesKeys({ resources }: Statement): boolean {
  return !resources || resources.excluded || resources.items.some((item) => reachesResourcesOf("kms", item));
}

function actionFindings(statement: Statement, allowedActions: string[]): string[] {
  const allowed = new Set(allowedActions.map((action) => action.toLowerCase()));
  const passing = `only ${allowedActions.join(", ")} may be allowed, each by its name`;
  return grantsOf("kms", statement)
    .filter(({ action }) => action === undefined || !allowed.has(action))
    .map((grant) => `${statement.label} allows ${described(grant)}: ${passing}.`);
}

function described({ written }: Grant): string {
  return /^"kms:/i.test(written) ? written : `${written}, and KMS actions with it`;
}

function resourceFindings(statement: Statement): string[] {
  const { label, resources } = statement;
  const keyed = grantsOf("kms", statement).some(({ action }) => !action || !actionsWithoutKey.has(action));
  if (!keyed) return [];
  const mend = `name each key in Resource by its ARN, ${keyArnForm}`;
  if (!resources) return [`${label} allows KMS actions and has no Resource: ${mend}.`];
  if (resources.excluded) return [`${label} allows KMS actions on all but its NotResource: ${mend}.`];
  return resources.items
    .filter((item) => reachesResourcesOf("kms", item) && !keyArn.test(item))
    .map((item) => `${label} allows KMS actions on ${quoted(item)}: ${mend}.`);
}
