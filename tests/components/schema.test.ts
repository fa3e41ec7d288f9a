import assert from "node:assert/strict";
import path from "node:path";
import { ComponentProvider, getPulumiComponents } from "@pulumi/pulumi/provider/experimental";
import * as components from "../../components";
import manifest from "../../components/package.json";

interface Schema {
  name: string;
  resources: Record<string, Component>;
}

interface Component {
  inputProperties: Record<string, unknown>;
  requiredInputs: string[];
  properties: Record<string, unknown>;
  required: string[];
}

/** What each component takes and gives; a name with a question mark may be absent. */
const expected = {
  InjectorWebhookRule: {
    inputs: "clusterSecurityGroupId nodeSecurityGroupId tags?",
    outputs: "",
  },
  UnsealIdentity: {
    inputs: "namespace oidcProviderArn serviceAccountName tags?",
    outputs: "roleArn roleName",
  },
  UnsealKey: {
    inputs:
      "aliasName? deletionWindowInDays? existingKeyArn? protect? retainOnDelete? rotationPeriodInDays? tags? vaultRoleArn",
    outputs: "aliasName? keyArn keyId",
  },
  UnsealKeyAlarms: { inputs: "keyArn tags? topicArn?", outputs: "topicArn" },
  VaultAutoUnseal: {
    inputs:
      "chart clusterSecurityGroupId? injector? key? namespace? nodeSecurityGroupId? oidcProviderArn releaseName? server? " +
      "serviceAccountName? tags? values?",
    outputs:
      "aliasName? keyArn keyId namespace releaseName roleArn serverConfiguration serviceAccountName vaultAddress",
  },
  VaultMonitoring: {
    inputs: "labels? namespace? releaseName? replicas? scrapeIntervalInSeconds? tls?",
    outputs: "",
  },
  VaultRelease: {
    inputs: "chart injector? keyArn namespace? releaseName? roleArn server? serviceAccountName? values?",
    outputs: "namespace releaseName serverConfiguration serviceAccountName vaultAddress",
  },
};

function names(properties: Record<string, unknown>, required: string[]): string {
  return Object.keys(properties)
    .sort()
    .map((name) => (required.includes(name) ? name : `${name}?`))
    .join(" ");
}

describe("the package that other languages see", () => {
  let schema: Schema;
  before(async () => {
    // Pulumi calls the package of a plugin what its package.json is called.
    const provider = new ComponentProvider({
      name: manifest.name,
      dirname: path.join(__dirname, "..", "..", "components"),
      components: getPulumiComponents(components),
    });
    schema = JSON.parse(await provider.getSchema()) as Schema;
  });

  it("has a name", () => {
    assert.equal(schema.name, "vault-auto-unseal");
  });

  it("has these components and no other", () => {
    assert.deepEqual(
      Object.keys(schema.resources).sort(),
      Object.keys(expected).map((component) => `vault-auto-unseal:index:${component}`),
    );
  });

  for (const [component, { inputs, outputs }] of Object.entries(expected)) {
    it(`has ${component} with its inputs and outputs`, () => {
      const found = schema.resources[`vault-auto-unseal:index:${component}`];
      assert.ok(found);
      assert.equal(names(found.inputProperties, found.requiredInputs), inputs);
      assert.equal(names(found.properties, found.required), outputs);
    });
  }
});
