import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ruleGroups } from "../../../components/documents/monitoring/alertRules";
import { cases, fires, of, quiet, servers, steps, unsealed } from "./alertCases";
import { checkRules, promtoolIsThere, promtoolNeeded, testRules, testTexts } from "./promtool";

const release = { namespace: "vault", releaseName: "vault", replicas: 3, evaluationIntervalInSeconds: 15 };
const groups = ruleGroups(release);
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
