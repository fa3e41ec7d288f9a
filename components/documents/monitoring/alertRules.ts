import {
  lateRatioRules,
  recorded,
  serverLabels,
  serverRules,
  serviceLevel,
  type BurnWindow,
  type RecordingRule,
  type WatchedRelease,
} from "./recordedSeries";

export interface AlertedRelease extends WatchedRelease {
  /** Raft members that the release is to have. */
  replicas: number;
  /** Seconds between two looks at the servers: as often as they are scraped. The budget is looked at once a minute. */
  evaluationIntervalInSeconds: number;
}

/** A Prometheus alerting rule. */
export interface AlertRule {
  alert: string;
  expr: string;
  /** How long the expression has to hold, a Prometheus duration; at once without it. */
  for?: string;
  labels: { severity: Severity; namespace: string; job: string };
  annotations: { summary: string; description: string; runbook_url: string };
}

/** A Prometheus rule group, as in the `spec.groups` of a PrometheusRule. */
export interface RuleGroup {
  name: string;
  interval: string;
  rules: (RecordingRule | AlertRule)[];
}

/** critical: wake somebody; warning: in working hours. */
type Severity = "critical" | "warning";

type Alert = Pick<AlertRule, "alert" | "expr" | "for"> & {
  severity: Severity;
  summary: string;
  description: string;
};

const runbook = "docs/monitoring.md";

/**
 * Prometheus rules for a release: the recorded series and the alerts. They hold for Vault and OpenBao alike.
 *
 * @see https://developer.hashicorp.com/vault/docs/internals/telemetry/metrics/all for the metrics.
 */
export function ruleGroups(release: AlertedRelease): RuleGroup[] {
  const name = `vault-${release.namespace}-${release.releaseName}`;
  const alertsOnServers = [
    ...serverAlerts(release),
    ...raftAlerts(release),
    ...keyAlerts(release),
    ...auditAlerts(release),
  ];
  return [
    {
      name: `${name}-servers`,
      interval: `${release.evaluationIntervalInSeconds}s`,
      rules: [...serverRules(release), ...alertsOnServers.map((alert) => alertRule(alert, release))],
    },
    {
      name: `${name}-budget`,
      interval: "1m",
      rules: [...lateRatioRules(release), ...budgetAlerts(release).map((alert) => alertRule(alert, release))],
    },
  ];
}

function alertRule({ severity, summary, description, ...rule }: Alert, release: WatchedRelease): AlertRule {
  return {
    ...rule,
    labels: { severity, namespace: release.namespace, job: `${release.releaseName}-internal` },
    annotations: { summary, description, runbook_url: `${runbook}#${rule.alert.toLowerCase()}` },
  };
}

function serverAlerts(release: AlertedRelease): Alert[] {
  const servers = serverLabels(release);
  return [
    {
      alert: "VaultSealed",
      expr: `${recorded.unsealed}{${servers}} == 0 and on (namespace, job, pod) up{${servers}} == 1`,
      for: `${serviceLevel.unsealWithinSeconds}s`,
      severity: "critical",
      summary: "{{ $labels.pod }} is sealed",
      description: `{{ $labels.pod }} answers, and has been sealed for more than ${serviceLevel.unsealWithinSeconds} s.`,
    },
    {
      alert: "VaultServerMissing",
      expr: `(sum(up{${servers}}) or vector(0)) < ${release.replicas}`,
      for: "2m",
      severity: "warning",
      summary: `{{ $value }} of ${release.replicas} Vault servers answer`,
      description: "A server that cannot reach its key at start may exit: it is missing then, not sealed.",
    },
    {
      alert: "VaultNoLeader",
      expr: `(sum(${recorded.active}{${servers}}) or vector(0)) == 0`,
      for: "30s",
      severity: "critical",
      summary: "No Vault server is active",
      description: "Nobody is served: no server says that it is the active one, or none can be scraped.",
    },
  ];
}

function raftAlerts(release: AlertedRelease): Alert[] {
  const servers = serverLabels(release);
  const tolerance = Math.floor((release.replicas - 1) / 2);
  // A server alone survives no failure, healthy or not.
  if (tolerance === 0) return [];
  return [
    {
      alert: "VaultFailureToleranceLow",
      expr:
        `max by (namespace, job) (vault_autopilot_failure_tolerance{${servers}} ` +
        `and on (namespace, job, pod) ${recorded.active}{${servers}} == 1) < ${tolerance}`,
      for: "5m",
      severity: "warning",
      summary: `Vault survives the loss of {{ $value }} servers, not of ${tolerance}`,
      description: `Of the ${release.replicas} raft members at least one is missing, unhealthy or without a vote.`,
    },
  ];
}

/** Burn rates and windows of the SRE workbook, https://sre.google/workbook/alerting-on-slos/. */
function budgetAlerts(release: WatchedRelease): Alert[] {
  const rates: [alert: string, rate: number, long: BurnWindow, short: BurnWindow, lasts: string][] = [
    ["VaultUnsealBudgetBurnsFast", 14.4, "1h", "5m", "two days"],
    ["VaultUnsealBudgetBurnsSlowly", 6, "6h", "30m", "five days"],
  ];
  return rates.map(([alert, rate, long, short, lasts]) => {
    const limit = Number((rate * (1 - serviceLevel.objective)).toFixed(6));
    const above = (window: BurnWindow) =>
      `${recorded.lateRatio(window)}{${serverLabels(release)}} > ${limit}`;
    return {
      alert,
      expr: `${above(long)} and ${above(short)}`,
      severity: "critical",
      summary: `Unseals fail or are late: the error budget burns ${rate} times too fast`,
      description:
        `In the last ${long} {{ $value | humanizePercentage }} of the servers' time went to unseals that failed or took longer ` +
        `than ${serviceLevel.unsealWithinSeconds} s. At ${limit * 100}% the budget of 30 days lasts ${lasts}.`,
    };
  });
}

function keyAlerts(release: WatchedRelease): Alert[] {
  const servers = serverLabels(release);
  const onActive = `and on (namespace, job, pod) ${recorded.active}{${servers}} == 1`;
  return [
    {
      alert: "VaultUnsealKeyUnreachable",
      // The gauge: the active server tries the key every ten minutes. A former one goes on showing what it found last, and
      // Vault has the gauge once more for each seal, where it never returns to 0. The counter: a sealed server tries every
      // five seconds.
      expr:
        `max by (namespace, job, pod) (vault_seal_unreachable_time{${servers}, seal_wrapper_name=""} ${onActive}) > 0 ` +
        `or sum by (namespace, job, pod) (increase(vault_seal_decrypt_error{${servers}}[1m])) > 0`,
      for: "1m",
      severity: "critical",
      summary: "{{ $labels.pod }} cannot use its unseal key",
      description:
        "KMS refuses or does not answer. Servers that are unsealed stay so; whichever restarts now stays sealed.",
    },
    {
      alert: "VaultAutoUnsealOff",
      expr: `${recorded.active}{${servers}} == 1 unless on (namespace, job, pod) vault_seal_unreachable_time{${servers}}`,
      // The first try is ten minutes after a server became active.
      for: "25m",
      severity: "warning",
      summary: "The active Vault server does not check its unseal key",
      description:
        "{{ $labels.pod }} has reported no check of its seal for 25 minutes: it runs on key shares, as after a seal migration away from " +
        "KMS that was left open.",
    },
  ];
}

function auditAlerts(release: WatchedRelease): Alert[] {
  const failures = (what: "request" | "response") =>
    `sum by (namespace, job, pod) (increase(vault_audit_log_${what}_failure{${serverLabels(release)}}[5m])) > 0`;
  return [
    {
      alert: "VaultAuditFailing",
      expr: `${failures("request")} or ${failures("response")}`,
      severity: "critical",
      summary: "{{ $labels.pod }} cannot write its audit log",
      description: "No audit device took a request or its response; Vault refuses what it cannot audit.",
    },
  ];
}
