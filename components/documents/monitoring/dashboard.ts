import { createHash } from "node:crypto";
import { sortedJson, type Json } from "../json";
import { recorded, serverLabels, serviceLevel, type WatchedRelease } from "./recordedSeries";

/** Where a panel stands on Grafana's grid, 24 units wide. */
type Place = { x: number; y: number; w: number; h: number };

/** A query and the name of its lines. */
type Query = [expr: string, legend: string];

const dataSource = { type: "prometheus", uid: "${datasource}" };

/**
 * A Grafana dashboard of a release, JSON text: seals, leader, error budget, raft, requests, audit. The data source is chosen on the
 * dashboard; all else is the release's own.
 *
 * @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export function dashboard(release: WatchedRelease): string {
  const { namespace, releaseName } = release;
  return sortedJson(
    {
      uid: dashboardUid(release),
      title: `Vault ${namespace}/${releaseName}`,
      tags: ["vault"],
      editable: false,
      refresh: "30s",
      schemaVersion: 39,
      time: { from: "now-6h", to: "now" },
      templating: {
        list: [{ name: "datasource", label: "Data source", type: "datasource", query: "prometheus" }],
      },
      panels: panels(serverLabels(release)).map((panel, index) => ({ id: index + 1, ...panel })),
    },
    2,
  );
}

/** Grafana's limit is 40 characters, which a namespace and a name may exceed. */
function dashboardUid({ namespace, releaseName }: WatchedRelease): string {
  return `vault-${createHash("sha256").update(`${namespace}/${releaseName}`).digest("hex").slice(0, 16)}`;
}

function panels(servers: string): { [key: string]: Json }[] {
  const unsealed = `${recorded.unsealed}{${servers}}`;
  const active = `${recorded.active}{${servers}}`;
  const onActive = `and on (namespace, job, pod) ${active} == 1`;
  const late30d = `avg_over_time(${recorded.lateRatio("1h")}{${servers}}[30d])`;
  const perSecond = (metric: string) => `sum(rate(${metric}{${servers}}[5m]))`;
  const added = (metric: string) => `sum by (pod) (increase(${metric}{${servers}}[5m]))`;
  return [
    timeline(
      "Unsealed",
      { x: 0, y: 0, w: 9, h: 6 },
      unsealed,
      ["sealed or gone", "unsealed"],
      ["red", "green"],
    ),
    timeline("Active", { x: 9, y: 0, w: 9, h: 6 }, active, ["standby", "active"], ["text", "blue"]),
    {
      ...panel("stat", "Error budget left, 30 days", { x: 18, y: 0, w: 6, h: 6 }, "percentunit", [
        [`1 - ${late30d} / ${rounded(1 - serviceLevel.objective)}`, ""],
      ]),
      options: { reduceOptions: { calcs: ["lastNotNull"] } },
      fieldConfig: {
        defaults: {
          unit: "percentunit",
          max: 1,
          color: { mode: "thresholds" },
          thresholds: steps("red", [0, "orange"], [0.5, "green"]),
        },
        overrides: [],
      },
    },
    {
      ...panel(
        "timeseries",
        "Time to unseal: seconds since start, while sealed",
        { x: 0, y: 6, w: 12, h: 8 },
        "s",
        [
          [
            `(time() - process_start_time_seconds{${servers}}) and on (namespace, job, pod) ${unsealed} == 0`,
            "{{pod}}",
          ],
        ],
      ),
      fieldConfig: {
        defaults: {
          unit: "s",
          custom: { thresholdsStyle: { mode: "line" } },
          thresholds: steps("green", [serviceLevel.unsealWithinSeconds, "red"]),
        },
        overrides: [],
      },
    },
    panel(
      "timeseries",
      "Raft: healthy members, and failures survived",
      { x: 12, y: 6, w: 12, h: 8 },
      "none",
      [
        [`sum(vault_autopilot_node_healthy{${servers}} ${onActive})`, "healthy members"],
        [`max(vault_autopilot_failure_tolerance{${servers}} ${onActive})`, "failures survived"],
      ],
    ),
    panel("timeseries", "Raft: mean time to commit", { x: 0, y: 14, w: 8, h: 8 }, "ms", [
      [`${perSecond("vault_raft_commitTime_sum")} / ${perSecond("vault_raft_commitTime_count")}`, "commit"],
    ]),
    panel("timeseries", "Requests", { x: 8, y: 14, w: 8, h: 8 }, "reqps", [
      [perSecond("vault_core_handle_request_count"), "requests"],
      [perSecond("vault_core_handle_login_request_count"), "logins"],
    ]),
    panel("timeseries", "Audit failures in 5 minutes", { x: 16, y: 14, w: 8, h: 8 }, "none", [
      [added("vault_audit_log_request_failure"), "{{pod}} request"],
      [added("vault_audit_log_response_failure"), "{{pod}} response"],
    ]),
  ];
}

/** A band for each pod that shows which of two states it was in. */
function timeline(
  title: string,
  place: Place,
  expr: string,
  [zero, one]: [string, string],
  [zeroColor, oneColor]: [string, string],
): { [key: string]: Json } {
  return {
    ...panel("state-timeline", title, place, "none", [[expr, "{{pod}}"]]),
    options: { showValue: "never", mergeValues: true, legend: { displayMode: "list", placement: "bottom" } },
    fieldConfig: {
      defaults: {
        mappings: [
          {
            type: "value",
            options: { "0": { text: zero, color: zeroColor }, "1": { text: one, color: oneColor } },
          },
        ],
      },
      overrides: [],
    },
  };
}

function panel(
  type: string,
  title: string,
  place: Place,
  unit: string,
  queries: Query[],
): { [key: string]: Json } {
  return {
    type,
    title,
    gridPos: place,
    datasource: dataSource,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      datasource: dataSource,
      expr,
      legendFormat,
    })),
  };
}

function steps(base: string, ...above: [number, string][]): { [key: string]: Json } {
  return {
    mode: "absolute",
    steps: [{ color: base, value: null }, ...above.map(([value, color]) => ({ color, value }))],
  };
}

/** 0.001, not 0.0010000000000000009. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}
