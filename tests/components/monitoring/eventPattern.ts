import { isPlainObject } from "../../../components/documents/json";

/**
 * Whether an event matches an EventBridge pattern: fields, nested ones, lists of values, `prefix`, `wildcard`, `exists` and `$or`.
 *
 * @throws Error for an operator that is not among them.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matches(pattern: Record<string, unknown>, event: unknown): boolean {
  return Object.entries(pattern).every(([field, expected]) => {
    if (field === "$or") {
      return (expected as Record<string, unknown>[]).some((alternative) => matches(alternative, event));
    }
    // A list in an event matches as any of its elements does.
    const values = (Array.isArray(event) ? event : [event]).map((each) =>
      isPlainObject(each) ? each[field] : undefined,
    );
    return isPlainObject(expected)
      ? values.some((value) => matches(expected, value))
      : values.some((value) => (expected as unknown[]).some((one) => matchesValue(one, value)));
  });
}

function matchesValue(expected: unknown, value: unknown): boolean {
  if (!isPlainObject(expected)) return value === expected;
  const [[operator, operand] = []] = Object.entries(expected);
  switch (operator) {
    case "exists":
      return (value !== undefined) === operand;
    case "prefix":
      return typeof value === "string" && value.startsWith(String(operand));
    case "wildcard":
      return typeof value === "string" && fits(String(operand).split("*"), value);
    default:
      throw new Error(`the matcher does not know ${String(operator)}`);
  }
}

/** Whether a text is these parts in order, with anything between them. */
function fits([first = "", ...rest]: string[], value: string): boolean {
  if (!value.startsWith(first)) return false;
  let left = value.slice(first.length);
  const last = rest.pop();
  for (const part of rest) {
    const at = left.indexOf(part);
    if (at < 0) return false;
    left = left.slice(at + part.length);
  }
  return last === undefined ? left === "" : left.endsWith(last);
}
