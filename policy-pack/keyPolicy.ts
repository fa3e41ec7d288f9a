import { grantsOf, hasWildcard, quoted, type Condition, type Principal, type Statement } from "./iamDocument";

const accountPrincipal = /^(?:(\d{12})|arn:[a-z-]+:iam::(\d{12}):root)$/;

/**
 * What a key policy allows too widely. Its Resource says nothing: `*` means the key itself. The account may administer the key
 * through IAM, as in AWS's default key policy, and is the only principal that may have actions by wildcard.
 *
 * @returns one sentence for each finding, naming the statement and what to change; none if all is well.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function keyPolicyFindings(statements: Statement[]): string[] {
  const granting = statements.filter((statement) => grantsOf("kms", statement).length > 0);
  return [...granting.flatMap(statementFindings), ...administratorFindings(granting)];
}

function statementFindings(statement: Statement): string[] {
  const { label, principals, conditions } = statement;
  if (!principals) return [`${label} has no Principal, which a key policy needs: name one.`];
  if (principals.excluded) {
    return [`${label} allows everybody but its NotPrincipal: name who may use the key in Principal.`];
  }
  const open = conditions.some(identifiesCaller) ? [] : principals.items.filter(({ id }) => hasWildcard(id));
  const wide = wideGrants(statement);
  const others = principals.items.filter((principal) => accountOf(principal) === undefined);
  const findings: string[] = [];
  if (open.length > 0) {
    findings.push(
      `${label} is open to ${listed(open)}: name the principals, or compare kms:CallerAccount or aws:PrincipalArn in a Condition.`,
    );
  }
  if (wide.length > 0 && others.length > 0) {
    findings.push(
      `${label} allows ${wide.join(", ")} to ${listed(others)}: name each action; only the account's root may have wildcards.`,
    );
  }
  return findings;
}

function listed(principals: Principal[]): string {
  return principals.map(({ id }) => quoted(id)).join(", ");
}

/** The key's own account can't be told from the policy, but it is one. */
function administratorFindings(statements: Statement[]): string[] {
  const administrators = statements
    .filter((statement) => !statement.principals?.excluded && wideGrants(statement).length > 0)
    .flatMap(({ principals }) => principals?.items.map(accountOf) ?? [])
    .filter((account) => account !== undefined);
  const accounts = [...new Set(administrators)].sort();
  return accounts.length > 1
    ? [
        `Accounts ${accounts.join(" and ")} have KMS actions by wildcard: name each action of those the key isn't in.`,
      ]
    : [];
}

function wideGrants(statement: Statement): string[] {
  return grantsOf("kms", statement)
    .filter(({ action }) => action === undefined)
    .map(({ written }) => written);
}

function accountOf({ type, id }: Principal): string | undefined {
  const [, bare, ofRoot] = (type === "AWS" && accountPrincipal.exec(id)) || [];
  return bare ?? ofRoot;
}

/** Keys that tell who calls, or on behalf of which resource a service calls. Names are compared without letter case. */
const identifyingKeys = new Set(
  [
    ...["kms:CallerAccount", "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID"],
    ...["aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID"],
  ].map((key) => key.toLowerCase()),
);

/**
 * Whether a condition narrows a wildcard principal to known accounts or organizations. Negated comparisons don't, nor those
 * that hold where the key is missing (`...IfExists`, `ForAllValues:`), nor values that leave the account open.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
function identifiesCaller({ operator, key, values }: Condition): boolean {
  return (
    /^(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like))$/i.test(operator) &&
    identifyingKeys.has(key.toLowerCase()) &&
    values.length > 0 &&
    values.every((value) => /^arn:[^:]*:[^:]*:[^:]*:\d{12}:/.test(value) || /^[^*?$]+$/.test(value))
  );
}
