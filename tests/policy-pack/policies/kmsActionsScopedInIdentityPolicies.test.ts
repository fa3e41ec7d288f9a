import assert from "node:assert/strict";
import { kmsActionsScoped } from "../../../policy-pack/policies/kmsActionsScoped";
import { assertMessages, document, findings, validate } from "./validate";

const keyArn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const unseal = {
  Sid: "UnsealVault",
  Effect: "Allow",
  Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"],
  Resource: keyArn,
};

describe("kms-actions-scoped in identity policies", () => {
  const rolePolicy = "aws:iam/rolePolicy:RolePolicy";

  const holding: [string, unknown[]][] = [
    ["the unseal policy", [unseal]],
    ["one action as text", [{ ...unseal, Action: "kms:Decrypt" }]],
    ["actions in another letter case", [{ ...unseal, Action: ["KMS:decrypt", "kms:ENCRYPT"] }]],
    ["several keys", [{ ...unseal, Resource: [keyArn, keyArn.replace("us-east-1", "eu-west-1")] }]],
    [
      "a multi-Region key",
      [{ ...unseal, Resource: `${keyArn.split("/")[0]}/mrk-1234abcd12ab34cd56ef1234567890ab` }],
    ],
    ["keys of other partitions", [{ ...unseal, Resource: keyArn.replace("aws:", "aws-us-gov:") }]],
    ["all of S3", [{ Effect: "Allow", Action: "s3:*", Resource: "*" }]],
    ["all of Kinesis", [{ Effect: "Allow", Action: ["kinesis:*", "kafka:*"], Resource: "*" }]],
    ["everything in a bucket", [{ Effect: "Allow", Action: "*", Resource: "arn:aws:s3:::bucket/*" }]],
    [
      "buckets beside the key",
      [{ ...unseal, Action: ["kms:Decrypt", "s3:Get*"], Resource: [keyArn, "arn:aws*:s3:::b/*"] }],
    ],
    ["denied KMS", [unseal, { Effect: "Deny", Action: "kms:*", Resource: "*" }]],
    ["everything denied", [{ Effect: "Deny", NotAction: "iam:*", NotResource: keyArn }]],
    ["a NotAction with KMS", [{ Effect: "Allow", NotAction: ["iam:*", "KMS:*"], Resource: "*" }]],
    ["a NotAction with everything", [{ Effect: "Allow", NotAction: "*", Resource: "*" }]],
    ["no statement", []],
  ];
  for (const [name, statements] of holding) {
    it(`accepts ${name}`, () => assert.deepEqual(findings(rolePolicy, document(...statements)), []));
  }

  const wide = (action: string): RegExp =>
    new RegExp(
      `^policy: statement "UnsealVault" allows ${action}.*: only kms:Encrypt, kms:Decrypt, kms:DescribeKey may`,
    );
  const open = (resource: string): RegExp =>
    new RegExp(
      `^policy: statement "UnsealVault" allows KMS actions on ${resource}: name each key in Resource by its ARN`,
    );

  const violating: [string, Record<string, unknown>, RegExp[]][] = [
    ["all of KMS", { Action: "kms:*" }, [wide('"kms:\\*"')]],
    ["all of KMS in another letter case", { Action: ["KMS:*"] }, [wide('"KMS:\\*"')]],
    ["a wildcard at an action's end", { Action: "kms:Enc*" }, [wide('"kms:Enc\\*"')]],
    ["a wildcard in an action", { Action: "kms:*crypt" }, [wide('"kms:\\*crypt"')]],
    ["a wildcard for one character", { Action: "kms:Decryp?" }, [wide('"kms:Decryp\\?"')]],
    [
      "a wildcard in the service",
      { Action: "k?s:Decrypt" },
      [wide('"k\\?s:Decrypt", and KMS actions with it')],
    ],
    ["every action", { Action: "*" }, [wide('"\\*", and KMS actions with it')]],
    ["every action of every service", { Action: "*:*" }, [wide('"\\*:\\*", and KMS actions with it')]],
    [
      "one wildcard among names",
      { Action: ["kms:Decrypt", "kms:Describe*", "s3:*"] },
      [wide('"kms:Describe\\*"')],
    ],
    ["an action unsealing doesn't need", { Action: ["kms:Decrypt", "kms:Sign"] }, [wide('"kms:Sign"')]],
    ["administration of the key", { Action: "kms:PutKeyPolicy" }, [wide('"kms:PutKeyPolicy"')]],
    [
      "a NotAction without KMS",
      { Action: undefined, NotAction: ["iam:*", "kms:Delete*"] },
      [wide("every action but its NotAction, and KMS")],
    ],
    ["every resource", { Resource: "*" }, [open('"\\*"')]],
    ["every key", { Resource: "arn:aws:kms:*:*:key/*" }, [open('"arn:aws:kms:\\*:\\*:key/\\*"')]],
    ["every key of an account", { Resource: keyArn.replace(/key.*/, "key/*") }, [open('".*key/\\*"')]],
    ["a key in every region", { Resource: keyArn.replace("us-east-1", "*") }, [open('"arn:aws:kms:\\*:.*"')]],
    ["a wildcard for one character of a key", { Resource: `${keyArn.slice(0, -1)}?` }, [open('".*\\?"')]],
    ["a wildcard for services", { Resource: "arn:aws:*" }, [open('"arn:aws:\\*"')]],
    [
      "a policy variable for a key",
      { Resource: keyArn.replace(/[^/]+$/, "${aws:username}") },
      [open('".*\\}"')],
    ],
    ["an alias", { Resource: "arn:aws:kms:us-east-1:111122223333:alias/vault" }, [open('".*alias/vault"')]],
    ["a key's id for its ARN", { Resource: "1234abcd-12ab-34cd-56ef-1234567890ab" }, [open('"1234abcd-.*"')]],
    ["every resource beside the key", { Resource: [keyArn, "*"] }, [open('"\\*"')]],
    [
      "a NotResource",
      { Resource: undefined, NotResource: keyArn },
      [/allows KMS actions on all but its NotResource/],
    ],
    ["no Resource", { Resource: undefined }, [/allows KMS actions and has no Resource/]],
    [
      "an administrator",
      { Action: "*", Resource: "*" },
      [wide('"\\*", and KMS actions with it'), open('"\\*"')],
    ],
    [
      "a wildcard under a condition",
      { Action: "kms:*", Condition: { Bool: { "aws:SecureTransport": true } } },
      [wide('"kms')],
    ],
  ];
  for (const [name, mutation, expressions] of violating) {
    it(`rejects ${name}`, () =>
      assertMessages(findings(rolePolicy, document({ ...unseal, ...mutation })), expressions));
  }

  it("points at a statement without a Sid by its number", () => {
    const messages = findings(
      rolePolicy,
      document(unseal, { Effect: "Allow", Action: "kms:Sign", Resource: keyArn }),
    );
    assertMessages(messages, [/^policy: statement 2 allows "kms:Sign": /]);
  });

  it("accepts the actions that its configuration names, on keys where they have one", () => {
    const allowedActions = ["kms:CreateKey", "kms:sign"];
    const creating = { Effect: "Allow", Action: "kms:CreateKey", Resource: "*" };
    const signing = { ...unseal, Action: "kms:Sign" };
    assert.deepEqual(findings(rolePolicy, document(creating, signing), { allowedActions }), []);
    assertMessages(
      findings(rolePolicy, document({ ...creating, Action: ["kms:CreateKey", "kms:Sign"] }), {
        allowedActions,
      }),
      [/allows KMS actions on "\*"/],
    );
    assertMessages(
      findings(rolePolicy, document(unseal), { allowedActions: ["kms:Decrypt", "kms:Encrypt"] }),
      [/allows "kms:DescribeKey": only kms:Decrypt, kms:Encrypt may/],
    );
  });

  for (const type of ["policy:Policy", "userPolicy:UserPolicy", "groupPolicy:GroupPolicy"]) {
    it(`reads aws:iam/${type}`, () => {
      assert.deepEqual(findings(`aws:iam/${type}`, document(unseal)), []);
      assertMessages(findings(`aws:iam/${type}`, document({ ...unseal, Action: "kms:*" })), [
        wide('"kms:\\*"'),
      ]);
    });
  }

  it("reads a document given as data", () =>
    assertMessages(findings(rolePolicy, { Statement: { ...unseal, Action: "kms:*" } }), [wide('"kms:\\*"')]));

  it("leaves a value that is unknown in a preview to Pulumi", () => {
    const unknown = new Error("can't be known during preview");
    const statement = {
      ...unseal,
      get Resource(): string {
        throw unknown;
      },
    };
    assert.throws(() => findings(rolePolicy, { Statement: statement }), unknown);
  });

  it("reads each inline policy of a role", () => {
    const inlinePolicies = [
      {},
      { name: "a", policy: document(unseal) },
      { name: "b", policy: document({ ...unseal, Resource: "*" }) },
    ];
    const messages = validate(kmsActionsScoped, "aws:iam/role:Role", { inlinePolicies });
    assertMessages(messages, [/^inlinePolicies\[2\]: .* on "\*"/]);
  });

  for (const [type, props] of [
    ["aws:iam/role:Role", {}],
    ["aws:iam/role:Role", { inlinePolicies: [{}], assumeRolePolicy: "{" }],
    ["aws:s3/bucketPolicy:BucketPolicy", { policy: document({ ...unseal, Action: "*" }) }],
    ["aws:iam/role:Role", { inlinePolicies: null }],
    ["aws:kms/key:Key", {}],
    ["aws:kms/key:Key", { policy: null }],
  ] as const) {
    it(`leaves out ${type} ${JSON.stringify(props).slice(0, 60)}`, () =>
      assert.equal(validate(kmsActionsScoped, type, props), "not applicable"));
  }

  it("rejects a document it can't read", () => {
    for (const policy of [
      undefined,
      "",
      "{",
      "{}",
      '{"Statement": "x"}',
      "x".repeat(200_000),
      "[".repeat(100_000),
    ]) {
      assertMessages(findings(rolePolicy, policy), [
        /^policy: The document can't be read: (it|statement 1) .*\.$/,
      ]);
    }
  });
});
