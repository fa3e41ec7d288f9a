import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ruleGroups } from "../../../components/documents/monitoring/alertRules";
import {
  checkRules,
  promtoolIsThere,
  promtoolNeeded,
  testRules,
  testTexts,
  type Expectation,
  type Series,
} from "./promtool";

const release = { namespace: "vault", releaseName: "vault", replicas: 3, evaluationIntervalInSeconds: 15 };
const groups = ruleGroups(release);
const pods = ["vault-0", "vault-1", "vault-2"];

/** A metric's selector on one server. */
function of(pod: string, metric: string, more = ""): string {
  return `${metric}{namespace="vault", job="vault-internal", pod="${pod}", instance="${pod}:8200"${more && `, ${more}`}}`;
}

/** Three servers, the first of them active, as they are when all is well; `more` replaces and adds. */
function servers(length: number, more: Series = {}): Series {
  const series: Series = {};
  pods.forEach((pod, ordinal) => {
    series[of(pod, "up")] = `1x${length}`;
    series[of(pod, "vault_core_unsealed", 'cluster="c"')] = `1x${length}`;
    series[of(pod, "vault_core_active", 'cluster="c"')] = `${ordinal === 0 ? 1 : 0}x${length}`;
  });
  series[of("vault-0", "vault_seal_unreachable_time", 'cluster="c"')] = `0x${length}`;
  return { ...series, ...more };
}

const unsealed = (pod: string, cluster = "c") =>
  of(pod, "vault_core_unsealed", cluster && `cluster="${cluster}"`);
const active = (pod: string, cluster = "c") =>
  of(pod, "vault_core_active", cluster && `cluster="${cluster}"`);

/** Seconds between two values of an alert's series, where it is not 15: long stories are told in longer steps. */
const steps: Record<string, number> = {
  VaultAutoUnsealOff: 60,
  VaultUnsealBudgetBurnsFast: 30,
  VaultUnsealBudgetBurnsSlowly: 60,
};

type Case = [what: string, series: Series, ...Omit<Expectation, "alert">[]];
const quiet = (at: string) => ({ at, firesFor: [] });
const fires = (at: string, ...firesFor: string[]) => ({ at, firesFor });

const cases: Record<string, Case[]> = {
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

(promtoolIsThere ? describe : describe.skip)(`alert rules, run by promtool${promtoolNeeded}`, () => {
  for (const replicas of [1, 3, 5]) {
    it(`are well formed for ${replicas} of them`, () => {
      const { status, output } = checkRules(ruleGroups({ ...release, replicas }));
      assert.equal(status, 0, output);
    });
  }

  for (const [alert, each] of Object.entries(cases)) {
    describe(alert, () => {
      const seconds = steps[alert] ?? 15;
      const stepped = ruleGroups({ ...release, evaluationIntervalInSeconds: seconds });
      for (const [what, series, ...expectations] of each) {
        const verb = expectations.some(({ firesFor }) => firesFor.length > 0) ? "fires for" : "is quiet for";
        it(`${verb} ${what}`, () => {
          const expected = expectations.map((expectation) => ({ ...expectation, alert }));
          assert.equal(testRules(stepped, `${seconds}s`, series, expected), "");
        });
      }
    });
  }

  it("stay quiet, every one of them, while all is well", () => {
    const expected = Object.keys(cases).map((alert) => ({ alert, ...quiet("30m") }));
    const well = servers(120, { [of("vault-0", "vault_autopilot_failure_tolerance")]: "1x120" });
    assert.equal(testRules(groups, "15s", well, expected), "");
  });

  it("count the failures that five servers are to survive", () => {
    const five = ruleGroups({ ...release, replicas: 5 });
    const series = servers(40, { [of("vault-0", "vault_autopilot_failure_tolerance")]: "1x40" });
    const expected = [{ alert: "VaultFailureToleranceLow", ...fires("5m", "") }];
    assert.equal(testRules(five, "15s", series, expected), "");
  });

  it("say how many servers answer", () => {
    const texts = {
      summary: "2 of 3 Vault servers answer",
      description: "A server that cannot reach its key at start may exit: it is missing then, not sealed.",
    };
    const series = servers(20, { [of("vault-1", "up")]: "0x20" });
    assert.equal(testTexts(groups, "15s", series, { at: "2m", alert: "VaultServerMissing", texts }), "");
  });

  it("say how much of the time was late", () => {
    const texts = {
      summary: "Unseals fail or are late: the error budget burns 14.4 times too fast",
      description:
        "In the last 1h 33.33% of the servers' time went to unseals that failed or took longer than 30 s. " +
        "At 1.44% the budget of 30 days lasts two days.",
    };
    const series = servers(60, { [unsealed("vault-2")]: "0x60" });
    assert.equal(
      testTexts(groups, "15s", series, { at: "15m", alert: "VaultUnsealBudgetBurnsFast", texts }),
      "",
    );
  });
});

describe("alert rules", () => {
  const alerts = groups.flatMap(({ rules }) => rules).filter((rule) => "alert" in rule);

  it("are all held above", () => {
    assert.deepEqual(alerts.map(({ alert }) => alert).sort(), Object.keys(cases).sort());
  });

  it("leave out the loss of a member where there is one only", () => {
    const rules = ruleGroups({ ...release, replicas: 1 }).flatMap((group) => group.rules);
    assert.ok(!rules.some((rule) => "alert" in rule && rule.alert === "VaultFailureToleranceLow"));
  });

  it("each have a section in the runbook", () => {
    const runbook = readFileSync(path.join(__dirname, "../../../docs/monitoring.md"), "utf8");
    const sections = [...runbook.matchAll(/^### (\S+)$/gm)].map(([, title]) => title);
    assert.deepEqual(sections.sort(), Object.keys(cases).sort());
    for (const { alert, annotations } of alerts) {
      assert.equal(annotations.runbook_url, `docs/monitoring.md#${alert.toLowerCase()}`);
    }
  });
});
