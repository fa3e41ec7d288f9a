import assert from "node:assert/strict";
import type { PolicyConfigSchema, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { kmsActionsScoped } from "../../../policy-pack/policies/kmsActionsScoped";

class NotApplicable extends Error {}

/**
 * Runs a policy on one resource, as Pulumi does.
 *
 * @param config properties that differ from the schema's defaults.
 * @returns the violations' messages, or "not applicable".
 */
export function validate(
  policy: ResourceValidationPolicy,
  type: string,
  props: Record<string, unknown>,
  config: Record<string, unknown> = {},
): string[] | "not applicable" {
  const messages: string[] = [];
  const args = {
    type,
    props,
    getConfig: () => ({ ...defaults(policy.configSchema), ...config }),
    notApplicable: () => {
      throw new NotApplicable();
    },
  } as unknown as ResourceValidationArgs;
  try {
    for (const validation of [policy.validateResource ?? []].flat()) {
      void validation(args, (message) => messages.push(message));
    }
  } catch (error) {
    if (error instanceof NotApplicable) return "not applicable";
    throw error;
  }
  return messages;
}

function defaults({ properties }: PolicyConfigSchema = { properties: {} }): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, schema.default]));
}

/** A policy document of some statements, as text. */
export function document(...statements: unknown[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** What kms-actions-scoped finds in the `policy` of a resource. */
export function findings(type: string, policy: unknown, config?: Record<string, unknown>): string[] {
  const messages = validate(kmsActionsScoped, type, { policy }, config);
  assert.ok(messages !== "not applicable");
  return messages;
}

/** Asserts one message for each expression, in this order. */
export function assertMessages(messages: string[] | "not applicable", expressions: RegExp[]): void {
  assert.equal(messages.length, expressions.length, JSON.stringify(messages));
  expressions.forEach((expression, index) => assert.match(messages[index] ?? "", expression));
}
