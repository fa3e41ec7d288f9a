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

const heldPaths: { path: ValuePath; reason: string }[] = [
  ...["raft.config", "raft.enabled", "raft.setNodeId", "enabled", "replicas"].map((path) => ({
    path: ["server", "ha", ...path.split(".")],
    reason: "the seal stands in server.ha.raft.config, written for this number of replicas",
  })),
  ...[
    "server.enabled",
    "server.standalone.enabled",
    "server.dev",
    "global.enabled",
    "global.externalVaultAddr",
  ].map((path) => ({
    path: path.split("."),
    reason: "the seal stands in server.ha.raft.config, which only a server in HA mode with raft reads",
  })),
  {
    path: ["server", "serviceAccount", "annotations", "eks.amazonaws.com/role-arn"],
    reason: "without this annotation the server has no role, and no key to unseal with",
  },
  ...["server.serviceAccount.create", "server.serviceAccount.name", "global.namespace"].map((path) => ({
    path: path.split("."),
    reason: "the role trusts exactly this service account of this namespace",
  })),
  ...["fullnameOverride", "nameOverride"].map((path) => ({
    path: [path],
    reason: "the raft members find each other by this name",
  })),
  {
    path: ["global", "tlsDisable"],
    reason: "the listener and the raft members' addresses are written for plain HTTP",
  },
  { path: ["server", "dataStorage", "enabled"], reason: "raft keeps its data on this volume" },
  { path: ["server", "dataStorage", "mountPath"], reason: "raft keeps its data on this volume" },
  {
    path: ["injector", "port"],
    reason: "the security-group rule opens port 8080 to the API server and no other",
  },
];

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
      .filter(({ path }) => sortedJson(valueAt(merged, path)) !== sortedJson(valueAt(ours, path)))
      .map(({ path, reason }) => `${dotted(path)} can't be set here: ${reason}`),
    ...environmentOverrides(ours, theirs),
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

function configurationArguments(theirs: Values): string[] {
  const given = valueAt(theirs, ["server", "extraArgs"]);
  return typeof given === "string" && /(^|\s)--?(config|dev)\b/.test(given)
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
    .replaceAll(".[", "[");
}
