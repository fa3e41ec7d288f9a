import type { Expectation, Series } from "./promtool";

const pods = ["vault-0", "vault-1", "vault-2"];

/** A metric's selector on one server. */
export function of(pod: string, metric: string, more = ""): string {
  return `${metric}{namespace="vault", job="vault-internal", pod="${pod}", instance="${pod}:8200"${more && `, ${more}`}}`;
}

/** Three servers, the first of them active, as they are when all is well; `more` replaces and adds. */
export function servers(length: number, more: Series = {}): Series {
  const series: Series = {};
  pods.forEach((pod, ordinal) => {
    series[of(pod, "up")] = `1x${length}`;
    series[of(pod, "vault_core_unsealed", 'cluster="c"')] = `1x${length}`;
    series[of(pod, "vault_core_active", 'cluster="c"')] = `${ordinal === 0 ? 1 : 0}x${length}`;
  });
  series[of("vault-0", "vault_seal_unreachable_time", 'cluster="c"')] = `0x${length}`;
  return { ...series, ...more };
}

export const unsealed = (pod: string, cluster = "c") =>
  of(pod, "vault_core_unsealed", cluster && `cluster="${cluster}"`);
const active = (pod: string, cluster = "c") =>
  of(pod, "vault_core_active", cluster && `cluster="${cluster}"`);

/** Seconds between two values of an alert's series, where it is not 15: long stories are told in longer steps. */
export const steps: Record<string, number> = {
  VaultAutoUnsealOff: 60,
  VaultUnsealBudgetBurnsFast: 30,
  VaultUnsealBudgetBurnsSlowly: 60,
};

/** What happens, the servers' series meanwhile, and what the alert does. */
type Case = [what: string, series: Series, ...Omit<Expectation, "alert">[]];
export const quiet = (at: string) => ({ at, firesFor: [] });
export const fires = (at: string, ...firesFor: string[]) => ({ at, firesFor });

/** For each alert, when it has to fire and when it has to stay quiet. */
export const cases: Record<string, Case[]> = {
  VaultSealed: [
    [
      "a server that stays sealed",
      servers(20, { [unsealed("vault-2")]: "0x20" }),
      quiet("15s"),
      fires("30s", "vault-2"),
    ],
    [
      "a server that was sealed by hand, and shows the series from before it knew its cluster's name",
      servers(20, { [unsealed("vault-1", "")]: "1x20", [unsealed("vault-1")]: "1x4 0x15" }),
      quiet("90s"),
      fires("105s", "vault-1"),
    ],
    [
      "a server that has been sealed for longer than the metrics' retention",
      servers(40, { [unsealed("vault-1")]: "0x4 stale" }),
      fires("10m", "vault-1"),
    ],
    [
      "a start that is sealed for half a minute",
      servers(20, { [unsealed("vault-1")]: "0x1 1x18" }),
      quiet("30s"),
      quiet("45s"),
    ],
    [
      "a server that is unsealed, and shows the series from before it was",
      servers(20, { [unsealed("vault-0", "")]: "0x20" }),
      quiet("4m"),
    ],
    [
      "a server that does not answer",
      servers(20, { [of("vault-1", "up")]: "0x20", [unsealed("vault-1")]: "stale" }),
      quiet("4m"),
    ],
    [
      "a sealed server of another release",
      servers(20, {
        'up{namespace="test", job="vault-internal", pod="vault-0"}': "1x20",
        'vault_core_unsealed{namespace="test", job="vault-internal", pod="vault-0"}': "0x20",
      }),
      quiet("4m"),
    ],
  ],
  VaultServerMissing: [
    [
      "a server that does not answer",
      servers(20, { [of("vault-1", "up")]: "1x4 0x15" }),
      quiet("3m"),
      fires("3m15s", ""),
    ],
    ["a pod that is gone", servers(20, { [of("vault-1", "up")]: "1x4 stale" }), fires("3m15s", "")],
    ["servers that nobody scrapes", {}, quiet("1m45s"), fires("2m", "")],
    ["a restart of 90 s", servers(20, { [of("vault-1", "up")]: "1x4 0x5 1x9" }), quiet("2m30s"), quiet("4m")],
  ],
  VaultNoLeader: [
    ["standbys only", servers(20, { [active("vault-0")]: "0x20" }), quiet("15s"), fires("30s", "")],
    [
      "sealed servers, which do not have the gauge",
      Object.fromEntries(pods.map((pod) => [of(pod, "up"), "1x20"])),
      quiet("15s"),
      fires("30s", ""),
    ],
    ["servers that nobody scrapes", {}, fires("30s", "")],
    [
      "an election",
      servers(20, {
        [active("vault-0")]: "1x4 0x15",
        [active("vault-1", "")]: "0x20",
        [active("vault-1")]: "_x6 1x13",
      }),
      quiet("75s"),
      quiet("2m"),
      quiet("5m"),
    ],
  ],
  VaultFailureToleranceLow: [
    [
      "a member that is lost",
      servers(40, { [of("vault-0", "vault_autopilot_failure_tolerance")]: "1x4 0x35" }),
      quiet("6m"),
      fires("6m15s", ""),
    ],
    [
      "a member that is lost, whatever a former leader said last",
      servers(40, {
        [of("vault-0", "vault_autopilot_failure_tolerance")]: "0x40",
        [of("vault-1", "vault_autopilot_failure_tolerance")]: "1x40",
      }),
      fires("5m", ""),
    ],
    [
      "a former leader's last word",
      servers(40, {
        [of("vault-0", "vault_autopilot_failure_tolerance")]: "1x40",
        [of("vault-1", "vault_autopilot_failure_tolerance")]: "0x40",
      }),
      quiet("10m"),
    ],
  ],
  VaultUnsealBudgetBurnsFast: [
    // Late from 60m30s; 1.44 % of three servers' hour are 155 s.
    [
      "one of three servers sealed for good, after a good hour",
      servers(150, { [unsealed("vault-2")]: "1x119 0x30" }),
      quiet("62m30s"),
      fires("63m30s", ""),
    ],
    [
      "one that was unsealed after four minutes, until five more have passed",
      servers(150, { [unsealed("vault-2")]: "1x119 0x7 1x24" }),
      fires("64m", ""),
      quiet("69m30s"),
    ],
    [
      "servers that exit at start for lack of the key",
      servers(150, { [of("vault-2", "up")]: "1x119 0x30", [unsealed("vault-2")]: "1x119 stale" }),
      fires("63m30s", ""),
    ],
    [
      "all servers restarted, each sealed for half a minute",
      servers(150, Object.fromEntries(pods.map((pod) => [unsealed(pod), "1x119 0x0 1x29"]))),
      quiet("61m"),
      quiet("70m"),
    ],
  ],
  VaultUnsealBudgetBurnsSlowly: [
    // Sealed for two minutes of every 40, late for one of them: 0.83 % of three servers' time.
    [
      "one of three servers late every 40 minutes",
      servers(130, { [unsealed("vault-2")]: "1x37 0x1 ".repeat(3) }),
      fires("2h", ""),
    ],
    [
      "one of three servers late once in four hours",
      servers(240, { [unsealed("vault-2")]: "1x199 0x1 1x40" }),
      quiet("3h25m"),
      quiet("3h45m"),
    ],
  ],
  VaultUnsealKeyUnreachable: [
    [
      "the active server, which tries it every ten minutes",
      servers(20, { [of("vault-0", "vault_seal_unreachable_time", 'cluster="c"')]: "0x4 660006x15" }),
      quiet("2m"),
      fires("2m15s", "vault-0"),
    ],
    [
      "a sealed server, which tries it every five seconds",
      servers(20, { [unsealed("vault-2")]: "0x20", [of("vault-2", "vault_seal_decrypt_error")]: "1+3x20" }),
      quiet("1m"),
      fires("1m15s", "vault-2"),
    ],
    [
      "one try that failed",
      servers(20, { [of("vault-2", "vault_seal_decrypt_error")]: "0x5 1x14" }),
      quiet("2m30s"),
      quiet("3m"),
    ],
    [
      "a former leader's last word",
      servers(20, { [of("vault-1", "vault_seal_unreachable_time", 'cluster="c"')]: "660006x20" }),
      quiet("5m"),
    ],
    [
      "the gauge of a single seal, which Vault never sets back",
      servers(20, {
        [of("vault-0", "vault_seal_unreachable_time", 'cluster="c", seal_wrapper_name="awskms"')]:
          "660006x20",
      }),
      quiet("5m"),
    ],
  ],
  VaultAutoUnsealOff: [
    [
      "an active server without a check of its seal",
      servers(40, { [of("vault-0", "vault_seal_unreachable_time", 'cluster="c"')]: "_x40" }),
      quiet("24m"),
      fires("25m", "vault-0"),
    ],
    [
      "a server whose first check is ten minutes after its start",
      servers(40, { [of("vault-0", "vault_seal_unreachable_time", 'cluster="c"')]: "_x10 0x29" }),
      quiet("25m"),
      quiet("38m"),
    ],
    [
      "a retention shorter than the time between two checks",
      servers(40, {
        [of("vault-0", "vault_seal_unreachable_time", 'cluster="c"')]: "_x10 0x0 stale _x8 0x0 stale _x20",
      }),
      quiet("30m"),
    ],
  ],
  VaultAuditFailing: [
    [
      "a request",
      servers(40, { [of("vault-0", "vault_audit_log_request_failure")]: "0x4 1x35" }),
      quiet("1m"),
      fires("75s", "vault-0"),
      quiet("7m"),
    ],
    [
      "a response",
      servers(20, { [of("vault-0", "vault_audit_log_response_failure")]: "0x4 1x15" }),
      fires("75s", "vault-0"),
    ],
    [
      "a failure long ago",
      servers(20, { [of("vault-0", "vault_audit_log_request_failure")]: "7x20" }),
      quiet("4m"),
    ],
  ],
};
