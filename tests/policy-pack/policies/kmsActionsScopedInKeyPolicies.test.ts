import assert from "node:assert/strict";
import { assertMessages, document, findings } from "./validate";

describe("kms-actions-scoped in key policies", () => {
  const account = {
    Sid: "AccountAdministersThroughIam",
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::111122223333:root" },
    Action: "kms:*",
    Resource: "*",
  };
  const role = "arn:aws:iam::111122223333:role/vault";
  const vault = {
    Sid: "VaultUnseals",
    Effect: "Allow",
    Principal: { AWS: role },
    Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"],
    Resource: "*",
  };
  const everybody = { ...vault, Principal: "*" };

  const holding: [string, unknown[]][] = [
    ["the unseal key's policy", [account, vault]],
    ["AWS's default key policy", [{ ...account, Sid: "Enable IAM User Permissions" }]],
    ["the account by its number", [{ ...account, Principal: { AWS: ["111122223333"] } }]],
    [
      "the account of another partition",
      [{ ...account, Principal: { AWS: "arn:aws-cn:iam::111122223333:root" } }],
    ],
    ["an account with every action", [{ ...account, Action: "*" }]],
    [
      "an account with a NotAction",
      [{ ...account, Action: undefined, NotAction: "kms:ScheduleKeyDeletion" }],
    ],
    [
      "named actions of an administrator",
      [account, { ...vault, Action: ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"] }],
    ],
    ["named actions of another account", [account, { ...vault, Principal: { AWS: "444455556666" } }]],
    ["a service", [account, { ...vault, Principal: { Service: "logs.us-east-1.amazonaws.com" } }]],
    ["everybody denied", [account, { Effect: "Deny", Principal: "*", Action: "kms:*", Resource: "*" }]],
    [
      "everybody of an account",
      [account, { ...everybody, Condition: { StringEquals: { "kms:CallerAccount": "111122223333" } } }],
    ],
    [
      "everybody of an organization",
      [{ ...everybody, Condition: { StringEquals: { "AWS:principalorgid": ["o-a1b2c3d4e5"] } } }],
    ],
    [
      "roles of an account by a pattern",
      [{ ...everybody, Condition: { ArnLike: { "aws:PrincipalArn": `${role}-*` } } }],
    ],
  ];
  for (const type of ["aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy"]) {
    for (const [name, statements] of holding) {
      it(`accepts ${name} in ${type}`, () => assert.deepEqual(findings(type, document(...statements)), []));
    }
  }

  const wide = (action: string, principal: string): RegExp =>
    new RegExp(`^policy: statement "VaultUnseals" allows ${action} to "${principal}": name each action`);
  const open =
    /^policy: statement "VaultUnseals" is open to "\*": name the principals, or compare kms:CallerAccount/;

  const violating: [string, Record<string, unknown>, RegExp[]][] = [
    ["all of KMS for a role", { Action: "kms:*" }, [wide('"kms:\\*"', role)]],
    ["every action for a role", { Action: "*" }, [wide('"\\*"', role)]],
    [
      "a wildcard for a role",
      { Action: ["kms:Decrypt", "KMS:describe*"] },
      [wide('"KMS:describe\\*"', role)],
    ],
    [
      "a NotAction for a role",
      { Action: undefined, NotAction: "kms:Sign" },
      [wide("every action but its NotAction", role)],
    ],
    [
      "all of KMS for a role beside the account",
      { Principal: { AWS: ["111122223333", role] }, Action: "kms:*" },
      [wide('"kms:\\*"', role)],
    ],
    [
      "all of KMS for a service",
      { Principal: { Service: "ec2.amazonaws.com" }, Action: "kms:*" },
      [wide('"kms:\\*"', "ec2.*")],
    ],
    [
      "wildcards for a role and a service",
      { Principal: { AWS: role, Service: "ec2.amazonaws.com" }, Action: ["kms:D*", "kms:Sign", "kms:E*"] },
      [wide('"kms:D\\*", "kms:E\\*"', `${role}", "ec2.amazonaws.com`)],
    ],
    ["everybody", { Principal: "*" }, [open]],
    ["everybody as AWS", { Principal: { AWS: ["*", role] } }, [open]],
    ["everybody with all of KMS", { Principal: "*", Action: "kms:*" }, [open, wide('"kms:\\*"', "\\*")]],
    ["any account", { Principal: { AWS: "arn:aws:iam::*:root" } }, [/is open to "arn:aws:iam::\*:root"/]],
    [
      "a NotPrincipal",
      { Principal: undefined, NotPrincipal: { AWS: role } },
      [/allows everybody but its NotPrincipal/],
    ],
    [
      "a NotPrincipal of another account with all of KMS",
      { Principal: undefined, NotPrincipal: { AWS: "444455556666" }, Action: "kms:*" },
      [/allows everybody but its NotPrincipal/],
    ],
    [
      "an account's number that is no account",
      { Principal: { Federated: "111122223333" }, Action: "kms:*" },
      [wide('"kms:\\*"', "111122223333")],
    ],
    ["no principal", { Principal: undefined }, [/has no Principal, which a key policy needs/]],
    [
      "all of KMS for another account",
      { Principal: { AWS: "arn:aws:iam::444455556666:root" }, Action: "kms:*" },
      [/^policy: Accounts 111122223333 and 444455556666 have KMS actions by wildcard/],
    ],
  ];
  for (const [name, mutation, expressions] of violating) {
    it(`rejects ${name}`, () =>
      assertMessages(findings("aws:kms/key:Key", document(account, { ...vault, ...mutation })), expressions));
  }

  const notNarrowing: Record<string, unknown>[] = [
    {},
    { StringNotEquals: { "kms:CallerAccount": "111122223333" } },
    { StringEqualsIfExists: { "kms:CallerAccount": "111122223333" } },
    { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
    { StringLike: { "kms:CallerAccount": "*" } },
    { StringEquals: { "kms:CallerAccount": [] } },
    {
      StringLike: {
        "aws:PrincipalArn": ["arn:aws:iam::111122223333:role/vault", "arn:aws:iam::*:role/vault"],
      },
    },
    { StringEquals: { "aws:PrincipalAccount": "${aws:PrincipalAccount}" } },
    { StringEquals: { "kms:ViaService": "ec2.us-east-1.amazonaws.com" } },
    { Bool: { "aws:SecureTransport": true } },
  ];
  for (const Condition of notNarrowing) {
    it(`rejects everybody under ${JSON.stringify(Condition)}`, () =>
      assertMessages(findings("aws:kms/key:Key", document({ ...everybody, Condition })), [open]));
  }

  for (const type of [
    "externalKey:ExternalKey",
    "replicaKey:ReplicaKey",
    "replicaExternalKey:ReplicaExternalKey",
  ]) {
    it(`reads aws:kms/${type}`, () =>
      assertMessages(findings(`aws:kms/${type}`, document({ ...vault, Action: "kms:*" })), [
        wide('"kms:\\*"', role),
      ]));
  }

  it("rejects a document it can't read", () => {
    for (const type of ["aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy"]) {
      assertMessages(findings(type, '{"Statement": [{}]}'), [
        /^policy: The document can't be read: statement 1 has an Effect/,
      ]);
    }
    assertMessages(findings("aws:kms/keyPolicy:KeyPolicy", undefined), [
      /can't be read: it is no JSON object/,
    ]);
  });

  it("judges the longest of documents at once", () => {
    const AWS = Array.from({ length: 5_000 }, (_, index) => String(index));
    const Action = Array.from({ length: 5_000 }, () => "kms:*");
    assert.equal(findings("aws:kms/key:Key", document({ ...vault, Principal: { AWS }, Action })).length, 1);
  });
});
