import assert from "node:assert/strict";
import { dashboard } from "../../../components/documents/monitoring/dashboard";
import { sortedJson } from "../../../components/documents/json";

interface Panel {
  id: number;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { refId: string; expr: string; datasource: unknown }[];
}

const release = { namespace: "vault", releaseName: "vault" };
const drawn = JSON.parse(dashboard(release)) as { uid: string; title: string; panels: Panel[] };

describe("dashboard", () => {
  it("shows seals, leader, budget, time to unseal, raft, requests and audit", () => {
    assert.deepEqual(
      drawn.panels.map(({ title }) => title),
      [
        "Unsealed",
        "Active",
        "Error budget left, 30 days",
        "Time to unseal: seconds since start, while sealed",
        "Raft: healthy members, and failures survived",
        "Raft: mean time to commit",
        "Requests",
        "Audit failures in 5 minutes",
      ],
    );
  });

  it("asks for the release's servers only, from the chosen data source", () => {
    for (const { expr, datasource } of drawn.panels.flatMap(({ targets }) => targets)) {
      for (const [, selector] of expr.matchAll(/\{([^}]*)\}/g)) {
        assert.equal(selector, 'namespace="vault", job="vault-internal"', expr);
      }
      assert.deepEqual(datasource, { type: "prometheus", uid: "${datasource}" });
    }
  });

  it("counts the budget from the objective", () => {
    const budget = drawn.panels.find(({ title }) => title.startsWith("Error budget"));
    assert.equal(
      budget?.targets[0]?.expr,
      '1 - avg_over_time(job:vault_unseal_late:ratio1h{namespace="vault", job="vault-internal"}[30d]) / 0.001',
    );
  });

  it("has panels that neither overlap nor leave Grafana's 24 columns, each with an id of its own", () => {
    const taken = new Set<string>();
    for (const { gridPos } of drawn.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          assert.ok(x < 24 && !taken.has(`${x},${y}`), `${x},${y}`);
          taken.add(`${x},${y}`);
        }
      }
    }
    assert.equal(new Set(drawn.panels.map(({ id }) => id)).size, drawn.panels.length);
  });

  it("keeps its uid, which is the release's own and within Grafana's 40 characters", () => {
    assert.equal(drawn.uid, "vault-ff4defbe4cb0c7e0");
    const long = { namespace: "n".repeat(63), releaseName: "r".repeat(53) };
    const uid = (JSON.parse(dashboard(long)) as { uid: string }).uid;
    assert.notEqual(uid, drawn.uid);
    assert.ok(uid.length <= 40);
  });

  it("is the same text each time, its keys sorted", () => {
    assert.equal(dashboard(release), sortedJson(drawn, 2));
  });
});
