import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { RuleGroup } from "../../../components/documents/monitoring/alertRules";

/** Series by selector, each with its values at every step in promtool's notation. */
export type Series = Record<string, string>;

/** What is to hold at a time after the first value, a Prometheus duration. */
export interface Expectation {
  at: string;
  alert: string;
  /** The pods it fires for; `[""]` for an alert that is not of a pod. */
  firesFor: string[];
}

export const promtoolIsThere = spawnSync("promtool", ["--version"]).status === 0;

/** For the title of what is skipped without promtool. */
export const promtoolNeeded = promtoolIsThere
  ? ""
  : " (skipped: no promtool on PATH; on Debian: apt-get install prometheus)";

/** `promtool check rules`: what it says, and whether it is satisfied. */
export function checkRules(groups: RuleGroup[]): { status: number | null; output: string } {
  return inDirectory((directory) => promtool(["check", "rules", rulesFile(directory, groups)]));
}

/**
 * `promtool test rules`: lets the rules run over the series and compares what fires. An empty output is a pass.
 *
 * @param step between two values of a series and two evaluations, a Prometheus duration.
 */
export function testRules(
  groups: RuleGroup[],
  step: string,
  series: Series,
  expectations: Expectation[],
): string {
  const labels = { namespace: "vault", job: "vault-internal" };
  return runTests(groups, step, series, {
    promql_expr_test: expectations.map(({ at, alert, firesFor }) => ({
      expr: `ALERTS{alertname="${alert}", alertstate="firing"}`,
      eval_time: at,
      exp_samples: firesFor.map((pod) => ({
        labels: selector("ALERTS", {
          ...labels,
          alertname: alert,
          alertstate: "firing",
          severity: severityOf(groups, alert),
          ...(pod && { pod }),
        }),
        value: 1,
      })),
    })),
  });
}

/** The same for an alert's texts, written out. */
export function testTexts(
  groups: RuleGroup[],
  step: string,
  series: Series,
  { at, alert, texts }: { at: string; alert: string; texts: { summary: string; description: string } },
): string {
  const labels = { namespace: "vault", job: "vault-internal", severity: severityOf(groups, alert) };
  const annotations = { ...texts, runbook_url: `docs/monitoring.md#${alert.toLowerCase()}` };
  return runTests(groups, step, series, {
    alert_rule_test: [
      { eval_time: at, alertname: alert, exp_alerts: [{ exp_labels: labels, exp_annotations: annotations }] },
    ],
  });
}

function selector(name: string, labels: Record<string, string>): string {
  return `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(", ")}}`;
}

function severityOf(groups: RuleGroup[], alert: string): string {
  for (const rule of groups.flatMap(({ rules }) => rules)) {
    if ("alert" in rule && rule.alert === alert) return rule.labels.severity;
  }
  throw new Error(`no alert is called ${alert}`);
}

function runTests(groups: RuleGroup[], step: string, series: Series, test: object): string {
  return inDirectory((directory) => {
    rulesFile(directory, groups);
    const file = path.join(directory, "test.json");
    const input = Object.entries(series).map(([name, values]) => ({ series: name, values }));
    writeFileSync(
      file,
      JSON.stringify({
        rule_files: ["rules.json"],
        evaluation_interval: step,
        tests: [{ interval: step, input_series: input, ...test }],
      }),
    );
    const { status, output } = promtool(["test", "rules", file]);
    return status === 0 ? "" : output;
  });
}

function rulesFile(directory: string, groups: RuleGroup[]): string {
  const file = path.join(directory, "rules.json");
  writeFileSync(file, JSON.stringify({ groups }));
  return file;
}

function promtool(args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync("promtool", args, { encoding: "utf8" });
  return { status, output: stdout + stderr };
}

function inDirectory<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(path.join(os.tmpdir(), "rules-"));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
