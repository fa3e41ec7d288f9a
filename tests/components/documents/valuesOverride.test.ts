import assert from "node:assert/strict";
import fc from "fast-check";
import { chartValues } from "../../../components/documents/chartValues";
import { mergeValues, overridesOfHeldValues } from "../../../components/documents/valuesOverride";

const role = "arn:aws:iam::111122223333:role/vault";
const ours = chartValues({
  fullName: "vault",
  serviceAccountName: "vault",
  roleArn: role,
  serverConfiguration: "{}",
  replicas: 3,
  serverTolerations: [],
  dataStorage: { size: "10Gi" },
  ui: true,
  injector: true,
  injectorTolerations: [],
});

/** A value at a place, given by its names from the root. */
function at(path: string[], value: unknown): Record<string, unknown> {
  return path.reduceRight((inner: unknown, name) => ({ [name]: inner }), value) as Record<string, unknown>;
}

describe("mergeValues", () => {
  const merges: [string, object, object, object][] = [
    ["merges maps", { a: { b: 1, c: 2 } }, { a: { c: 3, d: 4 } }, { a: { b: 1, c: 3, d: 4 } }],
    ["replaces lists", { a: [1, 2, 3] }, { a: [4] }, { a: [4] }],
    ["replaces a map by text", { a: { b: 1 } }, { a: "b: 2" }, { a: "b: 2" }],
    ["replaces text by a map", { a: "b: 2" }, { a: { b: 1 } }, { a: { b: 1 } }],
    ["replaces a map by a list", { a: { b: 1 } }, { a: [] }, { a: [] }],
    // The chart's own default is merged in later, by Helm: only a null that reaches it removes that too.
    [
      "leaves null to Helm, which removes what it stands for",
      { a: { b: 1, c: 2 } },
      { a: { b: null } },
      { a: { b: null, c: 2 } },
    ],
    ["adds what was not there", {}, { a: { b: 1 } }, { a: { b: 1 } }],
  ];
  for (const [what, mine, theirs, merged] of merges) {
    it(what, () => {
      assert.deepEqual(mergeValues({ ...mine }, { ...theirs }), merged);
    });
  }

  it("changes neither side", () => {
    const mine = { a: { b: 1 } };
    const theirs = { a: { c: 2 } };
    mergeValues(mine, theirs);
    assert.deepEqual([mine, theirs], [{ a: { b: 1 } }, { a: { c: 2 } }]);
  });

  it("changes nothing where there is nothing to change", () => {
    const values = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(values, (mine) => {
        assert.deepEqual(mergeValues(mine, {}), mine);
        assert.deepEqual(mergeValues(mine, mine), mine);
      }),
    );
  });
});

describe("overridesOfHeldValues", () => {
  const sealStands = "the seal stands in server.ha.raft.config, written for this number of replicas";
  const onlyInHa = "the seal stands in server.ha.raft.config, which only a server in HA mode with raft reads";
  const trusted = "the role trusts exactly this service account of this namespace";
  const members = "the raft members find each other, and clients find them, by these names";
  const rule =
    "the security-group rule opens port 8080 to the API server while the injector is on, and no other";
  const volume = "raft keeps its data on this volume";
  const held: [string, unknown, string][] = [
    ["server.ha.raft.config", 'storage "raft" {}', sealStands],
    ["server.ha.raft.enabled", false, sealStands],
    ["server.ha.raft.setNodeId", false, sealStands],
    ["server.ha.enabled", false, sealStands],
    ["server.ha.replicas", 5, sealStands],
    ["server.enabled", "-", onlyInHa],
    ["server.standalone.enabled", true, onlyInHa],
    ["server.dev.enabled", true, onlyInHa],
    ["global.enabled", false, onlyInHa],
    ["global.externalVaultAddr", "https://vault.example.com", onlyInHa],
    ["injector.externalVaultAddr", "https://vault.example.com", onlyInHa],
    ["server.serviceAccount.create", false, trusted],
    ["server.serviceAccount.name", "default", trusted],
    ["global.namespace", "elsewhere", trusted],
    ["fullnameOverride", "other", members],
    ["server.service.enabled", false, members],
    ["server.serviceAccount.serviceDiscovery.enabled", false, members],
    ["global.tlsDisable", false, "the listener and the raft members' addresses are written for plain HTTP"],
    ["server.dataStorage.enabled", false, volume],
    ["server.dataStorage.mountPath", "/data", volume],
    ["injector.enabled", false, rule],
    ["injector.port", 9443, rule],
  ];
  for (const [path, value, reason] of held) {
    it(`refuses another ${path}`, () => {
      const refusal = [`${path} can't be set here: ${reason}`];
      assert.deepEqual(overridesOfHeldValues(ours, at(path.split("."), value)), refusal);
      assert.deepEqual(overridesOfHeldValues(ours, at(path.split("."), null)), refusal);
    });
  }

  // The chart's default is that they are not set, and null leaves them so.
  for (const path of ["nameOverride", "server.ha.apiAddr", "server.ha.clusterAddr"]) {
    it(`refuses ${path}, which we leave unset`, () => {
      const refusal = [`${path} can't be set here: ${members}`];
      assert.deepEqual(overridesOfHeldValues(ours, at(path.split("."), "other")), refusal);
      assert.deepEqual(overridesOfHeldValues(ours, at(path.split("."), null)), []);
    });
  }

  it("refuses global values that are taken away whole", () => {
    assert.equal(overridesOfHeldValues(ours, { global: null }).length, 4);
  });

  it("accepts the chart's own defaults", () => {
    assert.deepEqual(
      overridesOfHeldValues(ours, { injector: { port: 8080 }, global: { tlsDisable: true } }),
      [],
    );
  });

  it("refuses the seal's variables from a Secret, and no others", () => {
    const from = (envName: string) =>
      at(["server", "extraSecretEnvironmentVars"], [{ envName, secretName: "other", secretKey: "key" }]);
    assert.deepEqual(overridesOfHeldValues(ours, from("AWS_ACCESS_KEY_ID")), [
      "server.extraSecretEnvironmentVars can't set AWS_ACCESS_KEY_ID: it would take the seal's key, region or role from elsewhere",
    ]);
    assert.deepEqual(overridesOfHeldValues(ours, from("VAULT_LICENSE")), []);
  });

  const annotation = "eks.amazonaws.com/role-arn";
  const annotations = ["server", "serviceAccount", "annotations"];
  const noRole =
    'server.serviceAccount.annotations["eks.amazonaws.com/role-arn"] can\'t be set here: ' +
    "without this annotation the server has no role, and no key to unseal with";

  it("refuses another role", () => {
    const other = at([...annotations, annotation], `${role}-of-another`);
    assert.deepEqual(overridesOfHeldValues(ours, other), [noRole]);
  });

  it("refuses annotations as text, which would replace the role's", () => {
    assert.deepEqual(overridesOfHeldValues(ours, at(annotations, "team: security")), [noRole]);
  });

  it("names every held value under a map that is replaced", () => {
    assert.deepEqual(overridesOfHeldValues(ours, { server: { serviceAccount: null } }), [
      noRole,
      `server.serviceAccount.create can't be set here: ${trusted}`,
      `server.serviceAccount.name can't be set here: ${trusted}`,
      `server.serviceAccount.serviceDiscovery.enabled can't be set here: ${members}`,
    ]);
  });

  it("accepts our own values again", () => {
    assert.deepEqual(overridesOfHeldValues(ours, structuredClone(ours)), []);
  });

  const harmless: Record<string, unknown>[] = [
    {},
    at(["server", "annotations"], { team: "security" }),
    at([...annotations, "team"], "security"),
    at(["server", "ha", "disruptionBudget", "maxUnavailable"], 1),
    at(["server", "dataStorage"], { size: "20Gi", accessMode: "ReadWriteOncePod" }),
    at(["server", "affinity"], null),
    at(["server", "image", "tag"], "1.18.1"),
    at(["injector", "replicas"], 2),
    at(["ui", "serviceType"], "LoadBalancer"),
    at(["global", "imagePullSecrets"], ["registry"]),
  ];
  for (const values of harmless) {
    it(`accepts ${JSON.stringify(values)}`, () => {
      assert.deepEqual(overridesOfHeldValues(ours, values), []);
    });
  }

  describe("in the server's environment", () => {
    const path = ["server", "extraEnvironmentVars"];
    for (const variable of [
      "AWS_ACCESS_KEY_ID",
      "AWS_EC2_METADATA_DISABLED",
      "AWS_KMS_ENDPOINT",
      "AWS_REGION",
      "AWS_ROLE_ARN",
      "VAULT_API_ADDR",
      "VAULT_AWSKMS_SEAL_KEY_ID",
      "VAULT_CLUSTER_ADDR",
      "VAULT_RAFT_NODE_ID",
      "VAULT_SEAL_TYPE",
    ]) {
      it(`refuses ${variable}`, () => {
        assert.deepEqual(overridesOfHeldValues(ours, at([...path, variable], "false")), [
          `server.extraEnvironmentVars.${variable} can't be set here: ` +
            "it would take the seal's key, region or role from elsewhere",
        ]);
      });
    }

    for (const values of [
      { AWS_EC2_METADATA_DISABLED: "true" },
      { VAULT_LOG_LEVEL: "debug" },
      { MY_AWS_REGION: "eu-west-1" },
    ]) {
      it(`accepts ${JSON.stringify(values)}`, () => {
        assert.deepEqual(overridesOfHeldValues(ours, at(path, values)), []);
      });
    }

    for (const values of [null, "AWS_REGION: eu-west-1", [{ name: "AWS_REGION" }]]) {
      it(`refuses ${JSON.stringify(values)} for the map`, () => {
        assert.deepEqual(overridesOfHeldValues(ours, at(path, values)), [
          "server.extraEnvironmentVars must be a map: it holds variables that the seal needs",
        ]);
      });
    }
  });

  describe("in the server's arguments", () => {
    const path = ["server", "extraArgs"];
    for (const text of [
      "-config=/vault/userconfig/other.hcl",
      "--config /vault/userconfig/other.hcl",
      "-log-level=debug -dev",
      "-dev-root-token-id=root",
    ]) {
      it(`refuses ${text}`, () => {
        assert.deepEqual(overridesOfHeldValues(ours, at(path, text)), [
          "server.extraArgs can't name another configuration or dev mode: the server would start with another seal",
        ]);
      });
    }

    for (const text of ["-log-level=debug", "-log-file=/vault/audit/my-dev.log", "-developer=configured"]) {
      it(`accepts ${text}`, () => {
        assert.deepEqual(overridesOfHeldValues(ours, at(path, text)), []);
      });
    }
  });
});
