/** The servers of one Helm release, as Prometheus sees them. */
export interface WatchedRelease {
  namespace: string;
  /** Name of the release. Its headless service, whose name Prometheus takes for the job, is `NAME-internal`. */
  releaseName: string;
}

/** A Prometheus recording rule. */
export interface RecordingRule {
  record: string;
  expr: string;
}

/**
 * The level of service to hold: of the time that servers exist, this share without an unseal that failed or is late.
 * The budget is what is left of one: 0.1 %, which is 43 minutes of one server in 30 days.
 */
export const serviceLevel = { objective: 0.999, unsealWithinSeconds: 30 };

/** Windows of the burn rates, pairs of a long one and a short one that tells whether it still goes on. */
export type BurnWindow = "5m" | "30m" | "1h" | "6h";

/** Names of the series that the rules record, for alerts and dashboards. Those called `pod:` have the labels namespace, job and pod. */
export const recorded = {
  /** 1 while a server says that it is unsealed; 0 while it is sealed or does not answer. */
  unsealed: "pod:vault_unsealed:current",
  /** 1 for the server that is active, 0 for every other. */
  active: "pod:vault_active:current",
  /** 1 while a server is neither unsealed now nor was 30 s ago: its unseal failed or is late. */
  unsealLate: "pod:vault_unseal_late:bool",
  /** Share of the servers' time in a window that was late, 0 to 1. Labels: namespace, job. */
  lateRatio: (window: BurnWindow) => `job:vault_unseal_late:ratio${window}`,
};

/** What selects the release's servers, for the braces of a selector. */
export function serverLabels({ namespace, releaseName }: WatchedRelease): string {
  return `namespace="${namespace}", job="${releaseName}-internal"`;
}

/** What the servers are. The order counts: the last of these rules reads what the first has recorded. */
export function serverRules(release: WatchedRelease): RecordingRule[] {
  const servers = serverLabels(release);
  const isUnsealed = `${recorded.unsealed}{${servers}}`;
  return [
    { record: recorded.unsealed, expr: current("vault_core_unsealed", servers) },
    { record: recorded.active, expr: current("vault_core_active", servers) },
    {
      record: recorded.unsealLate,
      expr: `1 - clamp_max(${isUnsealed} + ${isUnsealed} offset ${serviceLevel.unsealWithinSeconds}s, 1)`,
    },
  ];
}

/** How much of the servers' time was late, over each window. */
export function lateRatioRules(release: WatchedRelease): RecordingRule[] {
  const isLate = `${recorded.unsealLate}{${serverLabels(release)}}`;
  return (["5m", "30m", "1h", "6h"] as const).map((window) => ({
    record: recorded.lateRatio(window),
    expr:
      `sum by (namespace, job) (sum_over_time(${isLate}[${window}])) / ` +
      `sum by (namespace, job) (count_over_time(${isLate}[${window}]))`,
  }));
}

/**
 * The value of a gauge that tells true. A server labels it with the cluster's name from when it knows the name, and goes on
 * showing the series from before at the value it had: the labelled one counts where there is one. A server that doesn't answer,
 * or that no longer shows the gauge because it has been sealed for longer than the metrics' retention, counts as 0.
 */
function current(gauge: string, servers: string): string {
  const by = "max by (namespace, job, pod)";
  return (
    `${by} (${gauge}{${servers}, cluster!=""}) or ${by} (${gauge}{${servers}, cluster=""}) ` +
    `or 0 * ${by} (up{${servers}})`
  );
}
