import { isPlainObject, sortedJson } from "./json";

type Values = Record<string, unknown>;

/**
 * Merges a user's chart values over ours as Helm merges a values file over the chart's: maps merge, everything else
 * replaces, and null removes.
 *
 * @see https://helm.sh/docs/chart_template_guide/values_files/#deleting-a-default-key
 */
export function mergeValues(ours: Values, theirs: Values): Values {
  const merged: Values = { ...ours };
  for (const [name, value] of Object.entries(theirs)) {
    const mine = merged[name];
    merged[name] = isPlainObject(value) && isPlainObject(mine) ? mergeValues(mine, value) : value;
  }
  return merged;
}

/** Where a value stands in the chart's values: its names from the root. A name can hold dots, as annotations do. */
type ValuePath = string[];

/** Values that must stay as we set them, or unset where we set none, by the reason. */
const held: Record<string, string[]> = {
  "the seal stands in server.ha.raft.config, written for this number of replicas": [
    "server.ha.raft.config",
    "server.ha.raft.enabled",
    "server.ha.raft.setNodeId",
    "server.ha.enabled",
    "server.ha.replicas",
  ],
  "the seal stands in server.ha.raft.config, which only a server in HA mode with raft reads": [
    "server.enabled",
    "server.standalone.enabled",
    "server.dev.enabled",
    "global.enabled",
    "global.externalVaultAddr",
    "injector.externalVaultAddr",
  ],
  "without this annotation the server has no role, and no key to unseal with": [
    "server.serviceAccount.annotations.eks\\.amazonaws\\.com/role-arn",
  ],
  "the role trusts exactly this service account of this namespace": [
    "server.serviceAccount.create",
    "server.serviceAccount.name",
    "global.namespace",
  ],
  "the raft members find each other, and clients find them, by these names": [
    "fullnameOverride",
    "nameOverride",
    "server.ha.apiAddr",
    "server.ha.clusterAddr",
    "server.service.enabled",
    "server.serviceAccount.serviceDiscovery.enabled",
  ],
  "the listener and the raft members' addresses are written for plain HTTP": ["global.tlsDisable"],
  "raft keeps its data on this volume": ["server.dataStorage.enabled", "server.dataStorage.mountPath"],
  "the security-group rule opens port 8080 to the API server while the injector is on, and no other": [
    "injector.enabled",
    "injector.port",
  ],
};

const heldPaths = Object.entries(held).flatMap(([reason, paths]) =>
  // A dot that is part of a name is written with a backslash before it.
  paths.map((path) => ({ path: path.split(/(?<!\\)\./).map((name) => name.replace(/\\/g, "")), reason })),
);

const heldEnvironment =
  /^(AWS_|VAULT_SEAL_TYPE$|VAULT_AWSKMS_SEAL_KEY_ID$|VAULT_RAFT_|VAULT_CLUSTER_ADDR$|VAULT_API_ADDR$)/;

/**
 * Finds what in a user's chart values would move the seal, the service account's role or the members' addresses away from
 * where the rest of the component expects them.
 *
 * @returns one sentence for each, naming the value; none if all is well.
 */
export function overridesOfHeldValues(ours: Values, theirs: Values): string[] {
  const merged = mergeValues(ours, theirs);
  return [
    ...heldPaths
      // Null removes a value; where we set none there is nothing to remove.
      .filter(
        ({ path }) => sortedJson(valueAt(merged, path) ?? undefined) !== sortedJson(valueAt(ours, path)),
      )
      .map(({ path, reason }) => `${dotted(path)} can't be set here: ${reason}`),
    ...environmentOverrides(ours, theirs),
    ...secretEnvironmentOverrides(theirs),
    ...configurationArguments(theirs),
  ];
}

function environmentOverrides(ours: Values, theirs: Values): string[] {
  const path = ["server", "extraEnvironmentVars"];
  const held = valueAt(ours, path);
  const given = valueAt(theirs, path);
  if (given === undefined) return [];
  if (!isPlainObject(given)) return [`${dotted(path)} must be a map: it holds variables that the seal needs`];
  return Object.entries(given)
    .filter(([name, value]) => heldEnvironment.test(name) && !(isPlainObject(held) && held[name] === value))
    .map(
      ([name]) =>
        `${dotted([...path, name])} can't be set here: it would take the seal's key, region or role from elsewhere`,
    );
}

function secretEnvironmentOverrides(theirs: Values): string[] {
  const path = ["server", "extraSecretEnvironmentVars"];
  const given = valueAt(theirs, path);
  const names = Array.isArray(given)
    ? given.map((each) => (isPlainObject(each) ? String(each.envName) : ""))
    : [];
  return names
    .filter((name) => heldEnvironment.test(name))
    .map(
      (name) =>
        `${dotted(path)} can't set ${name}: it would take the seal's key, region or role from elsewhere`,
    );
}

function configurationArguments(theirs: Values): string[] {
  const given = valueAt(theirs, ["server", "extraArgs"]);
  return typeof given === "string" && /(^|[\s'"])--?(config|dev)\b/.test(given)
    ? [
        "server.extraArgs can't name another configuration or dev mode: the server would start with another seal",
      ]
    : [];
}

function valueAt(values: Values, path: ValuePath): unknown {
  return path.reduce<unknown>((at, name) => (isPlainObject(at) ? at[name] : undefined), values);
}

function dotted(path: ValuePath): string {
  return path
    .map((name) => (name.includes(".") ? `["${name}"]` : name))
    .join(".")
    .replace(/\.\[/g, "[");
}
