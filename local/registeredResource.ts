/**
 * A resource as a Pulumi program registered it with its resource monitor: what the engine would write to the
 * stack's state. Source: `RegisterResourceRequest` in Pulumi's `proto/pulumi/resource.proto`.
 */
export interface RegisteredResource {
  /** `urn:pulumi:STACK::PROJECT::PARENT-TYPES$TYPE::NAME`. */
  urn: string;
  /** The type token, e.g. `aws:kms/key:Key`. */
  type: string;
  /** The name in the program, the last part of the URN. */
  name: string;
  /** The provider's id; empty for a component. */
  id: string;
  /** True for a resource a provider manages; false for a component. */
  custom: boolean;
  /** The parent's URN; empty for the stack itself. */
  parent: string;
  /** `URN::ID` of the provider, empty for a component. */
  provider: string;
  /** Inputs in Pulumi's wire form: secrets wrapped, unknown values as their sentinel. */
  inputs: WireProperties;
  /** Outputs in the same form. For a component, what `registerOutputs` gave. */
  outputs: WireProperties;
  /** URNs this resource depends on. */
  dependencies: string[];
  /** The same, by input property. */
  propertyDependencies: Record<string, string[]>;
  protect: boolean;
  retainOnDelete: boolean;
  ignoreChanges: string[];
  aliases: string[];
}

/** Properties as they travel between a program and its monitor: JSON, with Pulumi's signature objects in it. */
export type WireProperties = Record<string, WireValue>;
export type WireValue = null | boolean | number | string | WireValue[] | { [key: string]: WireValue };
