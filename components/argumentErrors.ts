import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

/**
 * Checks arguments against their schema and fills in the defaults.
 *
 * @param at how the user wrote the place of these arguments, with the separator to their names; each error begins with it.
 * @throws pulumi.RunError with one line for each argument that is wrong: its name, its value and what would be right.
 */
export function checked<T extends z.ZodType>(schema: T, data: unknown, at: string): z.output<T> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw refusal(result.error.issues.map((issue) => sentence(issue, data, at)).join("\n"));
}

/**
 * An error for the user to read, without a stack. Pulumi shows none of a RunError but has Node format it, and Node 20 takes up to half
 * a minute and gigabytes over a frame like `node_modules/@pulumi/resource.ts`.
 */
export function refusal(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = `Error: ${message}`;
  return error;
}

function sentence({ path, message }: z.core.$ZodIssue, data: unknown, at: string): string {
  const below = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  const name = below ? at + below.replace(/^\./, "") : at.trimEnd();
  const value = path.reduce<unknown>(
    (so, part) => (so as Record<PropertyKey, unknown> | null | undefined)?.[part],
    data,
  );
  if (value === undefined) return `${name} is missing; it ${message}`;
  return typeof value === "object"
    ? `${name} ${message}`
    : `${name} is ${JSON.stringify(value)}; it ${message}`;
}
