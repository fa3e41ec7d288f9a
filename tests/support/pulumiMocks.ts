import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PlausibleCloud } from "./plausibleCloud";

/** A resource as it was registered, its Outputs resolved. */
export interface MockedResource {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/**
 * Puts Pulumi's mocks in the place of its engine; the resources get a plausible cloud's outputs.
 *
 * @returns what is registered from here on, in order. It is complete after `registered()`.
 */
export async function mockPulumi(): Promise<MockedResource[]> {
  const cloud = new PlausibleCloud();
  const resources: MockedResource[] = [];
  await pulumi.runtime.setMocks({
    newResource: async ({ type, name, inputs, custom }) => {
      resources.push({ type, name, inputs });
      if (!custom) return { id: undefined, state: {} };
      const { id, outputs } = await cloud.create({ type, name, inputs });
      return { id, state: { ...inputs, ...outputs } };
    },
    call: ({ token, inputs }) => cloud.invoke(token, inputs),
  });
  return resources;
}

/** Waits until all that was declared is registered. */
export async function registered(): Promise<void> {
  await pulumi.runtime.disconnect();
}

/** Options that note how a component and all below it are declared: the mocks are not shown parents, protection or dependencies. */
export function noting(declared: pulumi.ResourceTransformationArgs[]): pulumi.ComponentResourceOptions {
  return {
    transformations: [
      (resource) => {
        declared.push(resource);
        return undefined;
      },
    ],
  };
}

/** An Output's value. Waits for ever for one that fails. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

/** Holds that a constructor throws an error for the user, exactly this one, before any resource is registered. */
export async function assertRefused(construct: () => unknown, message: string): Promise<void> {
  const resources = await mockPulumi();
  assert.throws(construct, (error: Error) => {
    assert.equal(error.message, message);
    assert.ok(pulumi.RunError.isInstance(error), "not an error that Pulumi shows without a stack trace");
    return true;
  });
  await registered();
  assert.deepEqual(resources, []);
}
