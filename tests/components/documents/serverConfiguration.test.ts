import assert from "node:assert/strict";
import {
  serverConfiguration,
  type ServerConfiguration,
} from "../../../components/documents/serverConfiguration";

const plainCase: ServerConfiguration = {
  keyArn: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  fullName: "vault",
  replicas: 1,
  ui: true,
  telemetry: { prometheusRetentionTime: "24h", unauthenticatedMetricsAccess: true },
};

interface Read {
  ui: boolean;
  listener: [{ tcp: { telemetry: { unauthenticated_metrics_access: boolean } } }];
  seal: { awskms: { region: string; kms_key_id: string } };
  storage: { raft: { retry_join: { leader_api_addr: string }[] } };
  telemetry: { prometheus_retention_time: string };
}

function read(changes: Partial<ServerConfiguration>): Read {
  return JSON.parse(serverConfiguration({ ...plainCase, ...changes })) as Read;
}

describe("serverConfiguration", () => {
  it("is exactly this in the plain case", () => {
    assert.equal(
      serverConfiguration(plainCase),
      `{
  "disable_mlock": true,
  "listener": [
    {
      "tcp": {
        "address": "[::]:8200",
        "cluster_address": "[::]:8201",
        "telemetry": {
          "unauthenticated_metrics_access": true
        },
        "tls_disable": true
      }
    }
  ],
  "seal": {
    "awskms": {
      "kms_key_id": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      "region": "eu-west-1"
    }
  },
  "service_registration": {
    "kubernetes": {}
  },
  "storage": {
    "raft": {
      "path": "/vault/data",
      "performance_multiplier": 1,
      "retry_join": [
        {
          "leader_api_addr": "http://vault-0.vault-internal:8200"
        }
      ]
    }
  },
  "telemetry": {
    "disable_hostname": true,
    "prometheus_retention_time": "24h"
  },
  "ui": true
}`,
    );
  });

  for (const replicas of [1, 3, 5]) {
    it(`lists all of ${replicas} members to join`, () => {
      const { retry_join } = read({ fullName: "safe", replicas }).storage.raft;
      const members = [
        "http://safe-0.safe-internal:8200",
        "http://safe-1.safe-internal:8200",
        "http://safe-2.safe-internal:8200",
        "http://safe-3.safe-internal:8200",
        "http://safe-4.safe-internal:8200",
      ];
      assert.deepEqual(
        retry_join.map(({ leader_api_addr }) => leader_api_addr),
        members.slice(0, replicas),
      );
    });
  }

  for (const [partition, region] of [
    ["aws", "ap-northeast-2"],
    ["aws-cn", "cn-northwest-1"],
    ["aws-us-gov", "us-gov-east-1"],
  ]) {
    it(`seals in the key's own region, in partition ${partition}`, () => {
      const keyArn = `arn:${partition}:kms:${region}:111122223333:key/mrk-1234`;
      assert.deepEqual(read({ keyArn }).seal.awskms, { region, kms_key_id: keyArn });
    });
  }

  it("passes on the settings of the UI and the metrics", () => {
    const { ui, listener, telemetry } = read({
      ui: false,
      telemetry: { prometheusRetentionTime: "30s", unauthenticatedMetricsAccess: false },
    });
    assert.equal(ui, false);
    assert.equal(listener[0].tcp.telemetry.unauthenticated_metrics_access, false);
    assert.equal(telemetry.prometheus_retention_time, "30s");
  });

  it("has nothing in it that the chart replaces", () => {
    // The pod's start script replaces the words, the chart's tpl the braces.
    assert.doesNotMatch(
      serverConfiguration({ ...plainCase, replicas: 7 }),
      /HOST_IP|POD_IP|HOSTNAME|API_ADDR|TRANSIT_ADDR|RAFT_ADDR|\{\{/,
    );
  });
});
