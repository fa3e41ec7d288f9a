import assert from "node:assert/strict";
import { localConfiguration, type LocalServer } from "../../sandbox/servers/localConfiguration";

const place = (ordinal: number): LocalServer => ({
  podName: `vault-${ordinal}`,
  apiAddress: `127.0.0.1:1000${ordinal}`,
  clusterAddress: `127.0.0.1:2000${ordinal}`,
  dataDirectory: `/data/${ordinal}`,
});
const peers = [place(0), place(1)];

const configuration = {
  ui: true,
  listener: [{ tcp: { address: "[::]:8200", cluster_address: "[::]:8201", tls_disable: true } }],
  seal: { awskms: { region: "eu-west-1", kms_key_id: "key" } },
  service_registration: { kubernetes: {} },
  storage: {
    raft: {
      path: "/vault/data",
      performance_multiplier: 1,
      retry_join: [0, 1].map((ordinal) => ({
        leader_api_addr: `http://vault-${ordinal}.vault-internal:8200`,
      })),
    },
  },
};

const adapted = (change: object) =>
  localConfiguration(JSON.stringify({ ...configuration, ...change }), place(1), peers, "http://127.0.0.1:9");

describe("localConfiguration", () => {
  it("replaces what belongs to the cluster, tells it, and keeps all else", () => {
    const { text, replacements } = adapted({});
    assert.deepEqual(JSON.parse(text), {
      ui: true,
      listener: [
        { tcp: { address: "127.0.0.1:10001", cluster_address: "127.0.0.1:20001", tls_disable: true } },
      ],
      seal: { awskms: { region: "eu-west-1", kms_key_id: "key", endpoint: "http://127.0.0.1:9" } },
      storage: {
        raft: {
          path: "/data/1",
          performance_multiplier: 1,
          retry_join: [
            { leader_api_addr: "http://127.0.0.1:10000" },
            { leader_api_addr: "http://127.0.0.1:10001" },
          ],
        },
      },
    });
    assert.deepEqual(
      replacements.map(({ setting, to }) => `${setting} ${to}`),
      [
        "seal.awskms.endpoint http://127.0.0.1:9",
        "listener.tcp.address 127.0.0.1:10001",
        "listener.tcp.cluster_address 127.0.0.1:20001",
        "storage.raft.path /data/1",
        "storage.raft.retry_join.leader_api_addr http://127.0.0.1:10000",
        "storage.raft.retry_join.leader_api_addr http://127.0.0.1:10001",
        "service_registration (left out)",
      ],
    );
  });

  it("refuses a configuration that would run here as something else than there", () => {
    assert.throws(() => adapted({ seal: undefined }), /no awskms seal/);
    assert.throws(() => adapted({ seal: { shamir: {} } }), /no awskms seal/);
    assert.throws(() => adapted({ listener: [] }), /no tcp listener/);
    assert.throws(() => adapted({ storage: { file: {} } }), /no raft storage/);
    const retry_join = [{ leader_api_addr: "http://vault-7.vault-internal:8200" }];
    assert.throws(
      () => adapted({ storage: { raft: { retry_join } } }),
      /vault-7.vault-internal:8200.*no such pod/,
    );
    assert.throws(() => localConfiguration("ui = true", place(0), peers, ""), /is not JSON/);
  });
});
