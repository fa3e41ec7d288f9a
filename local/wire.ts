import type { WireProperties, WireValue } from "./registeredResource";

/** Marks an object on the wire as something else than a map. Source: `sdk/go/common/resource/sig` in pulumi/pulumi. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";

/** What a provider sees: secrets unwrapped, references to resources as their URN. */
export function plain(properties: WireProperties): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: WireValue): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return value;
  const signature = value[signatureKey];
  if (signature === secretSignature) return plainValue(value.value ?? null);
  if (signature === resourceSignature) return value.urn;
  return plain(value);
}
