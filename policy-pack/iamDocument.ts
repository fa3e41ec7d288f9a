/**
 * One statement of a policy document, in one form whichever of IAM's ways it was written in.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export interface Statement {
  /** How a message points at it: `statement "SID"`, or `statement N` counted from 1 where there is no Sid. */
  label: string;
  effect: "Allow" | "Deny";
  /** Patterns of `service:Action`. */
  actions: Selection<string>;
  /** Patterns of ARNs. Absent where the statement has no (Not)Resource. */
  resources?: Selection<string>;
  /** Absent where the statement has no (Not)Principal, as in every identity policy. */
  principals?: Selection<Principal>;
  conditions: Condition[];
}

/** What an element selects: its items, or for its Not form (`excluded`) everything but its items. */
export interface Selection<Item> {
  items: Item[];
  excluded: boolean;
}

/** A principal; everybody is `{ type: "AWS", id: "*" }`, as IAM reads `"Principal": "*"`. */
export interface Principal {
  /** `AWS`, `Service`, `Federated` or `CanonicalUser`. */
  type: string;
  id: string;
}

/** One comparison of a Condition: `{ "StringEquals": { "kms:CallerAccount": ["111122223333"] } }` has one. */
export interface Condition {
  operator: string;
  key: string;
  /** Any one of them is enough. */
  values: string[];
}

/** A document that AWS itself would refuse. The message is a clause: "it is not JSON", "statement 2 has no ...". */
export class UnreadableDocument extends Error {}

/** The most characters that IAM's API takes for a document; KMS takes a quarter of it. */
const maximumLength = 131_072;

const documentElements = ["Version", "Id", "Statement"];
const statementElements = [
  ...["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"],
  ...["Principal", "NotPrincipal", "Condition"],
];

/**
 * Reads a policy document as IAM does: JSON text or the same as data, one statement or a list, one value or a list.
 * Names of elements and effects are compared exactly, as IAM compares them; an element given twice is refused, because
 * readers differ on which one counts.
 *
 * @throws UnreadableDocument
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
 */
export function readDocument(document: unknown): Statement[] {
  const { Statement } = elements(
    typeof document === "string" ? parse(document) : document,
    "it ",
    documentElements,
  );
  if (Statement === undefined) throw new UnreadableDocument("it has no Statement");
  return (Array.isArray(Statement) ? Statement : [Statement]).map(readStatement);
}

function parse(text: string): unknown {
  if (text.length > maximumLength) {
    throw new UnreadableDocument(`it has ${text.length} characters, and AWS takes ${maximumLength} at most`);
  }
  let names = -1; // The reviver also sees the whole document, under the name "".
  let document: unknown;
  try {
    document = JSON.parse(text, function (this: unknown, _name: string, value: unknown) {
      if (!Array.isArray(this)) names += 1;
      return value;
    });
  } catch {
    throw new UnreadableDocument("it is not JSON, or nested beyond measure");
  }
  const written = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon);
  if (written.length !== names) throw new UnreadableDocument("it gives an element twice");
  return document;
}

function readStatement(value: unknown, index: number): Statement {
  const at = `statement ${index + 1} `;
  const statement = elements(value, at, statementElements);
  const { Sid, Effect } = statement;
  if (Sid !== undefined && typeof Sid !== "string")
    throw new UnreadableDocument(`${at}has a Sid that is no text`);
  if (Effect !== "Allow" && Effect !== "Deny") {
    throw new UnreadableDocument(`${at}has an Effect that is neither "Allow" nor "Deny"`);
  }
  const actions = selection(statement, "Action", at, strings);
  if (!actions) throw new UnreadableDocument(`${at}has neither Action nor NotAction`);
  return {
    label: Sid ? `statement ${quoted(Sid)}` : `statement ${index + 1}`,
    effect: Effect,
    actions,
    resources: selection(statement, "Resource", at, strings),
    principals: selection(statement, "Principal", at, readPrincipals),
    conditions: statement.Condition === undefined ? [] : readConditions(statement.Condition, at),
  };
}

function selection<Item>(
  statement: Record<string, unknown>,
  name: string,
  at: string,
  read: (value: unknown, at: string) => Item[],
): Selection<Item> | undefined {
  const { [name]: included, [`Not${name}`]: excluded } = statement;
  if (included !== undefined && excluded !== undefined) {
    throw new UnreadableDocument(`${at}has both ${name} and Not${name}`);
  }
  if (excluded !== undefined) return { items: read(excluded, `${at}has a Not${name} that `), excluded: true };
  if (included !== undefined) return { items: read(included, `${at}has a ${name} that `), excluded: false };
  return undefined;
}

function readPrincipals(value: unknown, at: string): Principal[] {
  if (value === "*") return [{ type: "AWS", id: "*" }];
  const byType = elements(value, at, ["AWS", "Service", "Federated", "CanonicalUser"]);
  return Object.entries(byType).flatMap(([type, ids]) => strings(ids, at).map((id) => ({ type, id })));
}

function readConditions(value: unknown, at: string): Condition[] {
  return Object.entries(elements(value, `${at}has a Condition that `)).flatMap(([operator, comparisons]) =>
    Object.entries(elements(comparisons, `${at}has a ${operator} that `)).map(([key, values]) => ({
      operator,
      key,
      values: scalars(values, `${at}compares ${quoted(key)} with what `),
    })),
  );
}

function elements(value: unknown, at: string, known?: string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UnreadableDocument(`${at}is no JSON object`);
  }
  const unknown = known && Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UnreadableDocument(`${at}has ${quoted(unknown)}, which IAM doesn't know`);
  return value as Record<string, unknown>;
}

function strings(value: unknown, at: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((item) => typeof item === "string")) {
    throw new UnreadableDocument(`${at}is neither text nor a list of texts`);
  }
  return list;
}

/** Numbers and booleans need no quotation marks in a Condition. */
function scalars(value: unknown, at: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every((item) => ["string", "number", "boolean"].includes(typeof item))) {
    throw new UnreadableDocument(`${at}is neither a value nor a list of values`);
  }
  return list.map(String);
}

/** Text of a document in quotation marks for a message, shortened if it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}...` : text);
}

/** Whether a text holds one of IAM's wildcards: `*` for any characters, `?` for one. */
export function hasWildcard(text: string): boolean {
  return /[*?]/.test(text);
}

/**
 * Whether an action pattern can match an action of a service. `*` may stand for the colon too, and letter case doesn't count.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
export function reachesActionsOf(service: string, pattern: string): boolean {
  const prefix = `${service}:`;
  const [beforeStar = ""] = pattern.toLowerCase().split("*", 1);
  const start = beforeStar.slice(0, prefix.length);
  const startFits = [...start].every((character, index) => character === "?" || character === prefix[index]);
  return startFits && (pattern.includes("*") || start.length === prefix.length);
}

/** Whether an action pattern matches every action of a service, so that a NotAction with it lets none through. */
export function coversActionsOf(service: string, pattern: string): boolean {
  return matches(pattern.toLowerCase(), `${service}:*`);
}

/**
 * Whether a resource pattern can match an ARN of a service whose ARNs have no further colon, such as KMS. Anything that is
 * no ARN counts, since it can't be told.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function reachesResourcesOf(service: string, pattern: string): boolean {
  const segments = pattern.split(":");
  const [arn, , name] = segments;
  // A wildcard can match a colon, but not where the pattern has all five of its own: an ARN has no others for it.
  const aligned = segments.length >= 6 || !segments.slice(0, 3).some(hasWildcard);
  return arn !== "arn" || name === undefined || !aligned || matches(name, service);
}

/** One thing in a statement that lets actions of a service through. */
export interface Grant {
  /** As a message shows it: the pattern in quotation marks, or words for a NotAction. */
  written: string;
  /** The action in lower case; absent where a wildcard or NotAction lets through more than one. */
  action?: string;
}

/** What in an Allow statement lets actions of a service through; nothing for a Deny. */
export function grantsOf(service: string, { effect, actions }: Statement): Grant[] {
  if (effect === "Deny") return [];
  if (actions.excluded) {
    return actions.items.some((pattern) => coversActionsOf(service, pattern))
      ? []
      : [{ written: "every action but its NotAction" }];
  }
  return actions.items
    .filter((pattern) => reachesActionsOf(service, pattern))
    .map((pattern) => ({
      written: quoted(pattern),
      action: hasWildcard(pattern) ? undefined : pattern.toLowerCase(),
    }));
}

/** Matches `*` and `?` against text. A "*" in the text is matched by a "*" alone, so a pattern can be compared with another. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/\*+/g, "*")
    .replace(/[.+^$(){}|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", "[^*]");
  return new RegExp(`^${expression}$`, "s").test(text);
}
