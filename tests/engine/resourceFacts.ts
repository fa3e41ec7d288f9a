import type { StateResource } from "./pulumiStack";

/** What the program said of a resource, in one form for the engine's state and for the local runner's record. */
export function resourceFacts(resources: StateResource[]): Record<string, unknown>[] {
  return resources
    .filter(({ urn, type }) => type !== "pulumi:pulumi:Stack" && !isDefaultProvider(urn))
    .map(({ urn, type, custom, parent, provider = "", inputs, ...resource }) => ({
      urn,
      type,
      custom,
      parent,
      provider: isDefaultProvider(provider) ? "" : withoutId(provider),
      inputs: isProvider(type) ? withoutPlugin(inputs) : (inputs ?? {}),
      dependencies: resource.dependencies?.toSorted() ?? [],
      propertyDependencies: Object.fromEntries(
        Object.entries(resource.propertyDependencies ?? {}).map(([name, urns]) => [name, urns.toSorted()]),
      ),
      protect: resource.protect ?? false,
      retainOnDelete: resource.retainOnDelete ?? false,
    }))
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

const isProvider = (type: string) => type.startsWith("pulumi:providers:");

/** The engine makes a provider for each package itself, for resources that name none. */
const isDefaultProvider = (urn: string) => /::pulumi:providers:\w+::default_/.test(urn);

/** A reference to a provider ends with its id, which is random. */
const withoutId = (reference: string) => reference.split("::").slice(0, 4).join("::");

/** The engine adds to a provider's inputs which plugin it is. */
const withoutPlugin = (inputs: StateResource["inputs"] = {}) =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => !["__internal", "version"].includes(name)));
