import assert from "node:assert/strict";
import { readRelease } from "../../sandbox/servers/releaseValues";

const ha = { enabled: true, replicas: 5, raft: { enabled: true, setNodeId: true, config: "{}" } };
const inputs = (name: string, values: object) => ({ name, namespace: "security", values });

describe("readRelease", () => {
  it("reads the values as the chart does", () => {
    const server = {
      ha,
      serviceAccount: { name: "unsealer", annotations: { "eks.amazonaws.com/role-arn": "arn:role" } },
      extraEnvironmentVars: { AWS_EC2_METADATA_DISABLED: "true" },
    };
    assert.deepEqual(readRelease(inputs("vault", { server })), {
      fullName: "vault",
      namespace: "security",
      replicas: 5,
      configuration: "{}",
      setNodeId: true,
      serviceAccountName: "unsealer",
      roleArn: "arn:role",
      environment: { AWS_EC2_METADATA_DISABLED: "true" },
    });
  });

  it("names the release's objects as the chart does", () => {
    const fullName = (name: string, values: object) =>
      readRelease(inputs(name, { server: { ha }, ...values })).fullName;
    assert.equal(fullName("my-vault", {}), "my-vault");
    assert.equal(fullName("secrets", {}), "secrets-vault");
    assert.equal(fullName("secrets", { fullnameOverride: "safe" }), "safe");
    assert.equal(readRelease(inputs("secrets", { server: { ha } })).serviceAccountName, "secrets-vault");
  });

  it("refuses values that make no server which could unseal itself", () => {
    const server = (change: object) => inputs("vault", { server: { ha: { ...ha, ...change } } });
    assert.throws(() => readRelease(server({ enabled: false })), /not in HA mode with raft/);
    assert.throws(
      () => readRelease(server({ raft: { enabled: false, config: "{}" } })),
      /not in HA mode with raft/,
    );
    assert.throws(() => readRelease(server({ raft: { enabled: true, config: {} } })), /is no text/);
  });
});
