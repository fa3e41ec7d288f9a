import assert from "node:assert/strict";
import fc from "fast-check";
import {
  coversActionsOf,
  reachesActionsOf,
  reachesResourcesOf,
  readDocument,
  UnreadableDocument,
} from "../../policy-pack/iamDocument";

const statement = { Effect: "Allow", Action: "kms:Decrypt", Resource: "*" };

describe("readDocument", () => {
  it("reads text and data, one statement and a list, one value and a list alike", () => {
    const expected = [
      {
        label: "statement 1",
        effect: "Allow",
        actions: { items: ["kms:Decrypt"], excluded: false },
        resources: { items: ["*"], excluded: false },
        principals: undefined,
        conditions: [],
      },
    ];
    const listed = { Effect: "Allow", Action: ["kms:Decrypt"], Resource: ["*"] };
    for (const document of [{ Statement: statement }, { Statement: [statement] }, { Statement: [listed] }]) {
      assert.deepEqual(readDocument(document), expected);
      assert.deepEqual(readDocument(JSON.stringify(document, null, 2)), expected);
    }
  });

  it("reads every element", () => {
    const document = {
      Version: "2012-10-17",
      Id: "key-policy",
      Statement: {
        Sid: "Users",
        Effect: "Deny",
        NotPrincipal: { AWS: ["111122223333", "444455556666"], Service: "logs.amazonaws.com" },
        NotAction: ["kms:*"],
        NotResource: "arn:aws:s3:::bucket",
        Condition: { Bool: { "aws:SecureTransport": false }, StringLike: { "aws:userid": ["a*", "b*"] } },
      },
    };
    assert.deepEqual(readDocument(document), [
      {
        label: 'statement "Users"',
        effect: "Deny",
        actions: { items: ["kms:*"], excluded: true },
        resources: { items: ["arn:aws:s3:::bucket"], excluded: true },
        principals: {
          items: [
            { type: "AWS", id: "111122223333" },
            { type: "AWS", id: "444455556666" },
            { type: "Service", id: "logs.amazonaws.com" },
          ],
          excluded: true,
        },
        conditions: [
          { operator: "Bool", key: "aws:SecureTransport", values: ["false"] },
          { operator: "StringLike", key: "aws:userid", values: ["a*", "b*"] },
        ],
      },
    ]);
  });

  it("reads a principal of everybody in both its forms", () => {
    for (const Principal of ["*", { AWS: "*" }]) {
      const [read] = readDocument({ Statement: { ...statement, Principal } });
      assert.deepEqual(read?.principals?.items, [{ type: "AWS", id: "*" }]);
    }
  });

  const unreadable: [unknown, RegExp][] = [
    [undefined, /it is no JSON object/],
    [null, /it is no JSON object/],
    [17, /it is no JSON object/],
    ["", /it is not JSON/],
    ["{", /it is not JSON/],
    ["undefined", /it is not JSON/],
    ["[]", /it is no JSON object/],
    ['"{}"', /it is no JSON object/],
    ["{}", /it has no Statement/],
    [{ Version: "2012-10-17" }, /it has no Statement/],
    [{ statement }, /it has "statement", which IAM doesn't know/],
    [{ Statement: "Allow" }, /statement 1 is no JSON object/],
    [{ Statement: [statement, null] }, /statement 2 is no JSON object/],
    [{ Statement: { ...statement, Effect: undefined } }, /neither "Allow" nor "Deny"/],
    [{ Statement: { ...statement, Effect: "allow" } }, /neither "Allow" nor "Deny"/],
    [{ Statement: { ...statement, Action: undefined } }, /neither Action nor NotAction/],
    [{ Statement: { Effect: "Allow", action: "kms:*" } }, /has "action", which IAM doesn't know/],
    [{ Statement: { ...statement, NotAction: "s3:*" } }, /both Action and NotAction/],
    [{ Statement: { ...statement, NotResource: "*" } }, /both Resource and NotResource/],
    [{ Statement: { ...statement, Principal: "*", NotPrincipal: "*" } }, /both Principal and NotPrincipal/],
    [{ Statement: { ...statement, Action: [] } }, /Action that is neither text nor a list/],
    [{ Statement: { ...statement, Action: null } }, /Action that is neither text nor a list/],
    [{ Statement: { ...statement, Action: ["kms:Decrypt", 1] } }, /Action that is neither text nor a list/],
    [{ Statement: { ...statement, Action: [["kms:*"]] } }, /Action that is neither text nor a list/],
    [{ Statement: { ...statement, Resource: { "*": 1 } } }, /Resource that is neither text nor a list/],
    [{ Statement: { ...statement, Principal: "root" } }, /Principal that is no JSON object/],
    [{ Statement: { ...statement, Principal: { aws: "*" } } }, /has "aws", which IAM doesn't know/],
    [{ Statement: { ...statement, Sid: 1 } }, /a Sid that is no text/],
    [{ Statement: { ...statement, Condition: [] } }, /Condition that is no JSON object/],
    [{ Statement: { ...statement, Condition: { Bool: "x" } } }, /Bool that is no JSON object/],
    [{ Statement: { ...statement, Condition: { Bool: { a: {} } } } }, /neither a value nor a list of values/],
    ['{"Statement": {"Effect": "Allow", "Action": "kms:*", "Action": "s3:*"}}', /gives an element twice/],
    ['{"Statement": [], "Statement": []}', /gives an element twice/],
    [JSON.stringify({ Statement: statement }).padEnd(131_073), /has 131073 characters/],
    ["[".repeat(131_072), /it is not JSON/],
    [
      `{"Statement": ${"[".repeat(60_000)}${"]".repeat(60_000)}}`,
      /it is not JSON|statement 1 is no JSON object/,
    ],
  ];
  for (const [document, message] of unreadable) {
    const shown = typeof document === "string" ? document : (JSON.stringify(document) ?? "undefined");
    it(`refuses ${shown.slice(0, 70).trim()}`, () =>
      assert.throws(
        () => readDocument(document),
        (error) => error instanceof UnreadableDocument && message.test(error.message),
      ));
  }

  it("reads or refuses whatever JSON it is given", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        try {
          readDocument(text);
        } catch (error) {
          assert.ok(error instanceof UnreadableDocument, String(error));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("wildcards", () => {
  const reaching = [
    "*",
    "**",
    "*:*",
    "kms:*",
    "KMS:*",
    "kms*",
    "k*",
    "?ms:*",
    "kms:Enc*",
    "kms:Decryp?",
    "kms:Decrypt",
  ];
  for (const pattern of reaching) {
    it(`lets ${pattern} reach KMS`, () => assert.ok(reachesActionsOf("kms", pattern)));
  }
  for (const pattern of ["s3:*", "kmsx:*", "kms", "k?s", "km:*", "s3:kms:*", "kms-:Decrypt", ""]) {
    it(`keeps ${pattern || "nothing"} from KMS`, () => assert.ok(!reachesActionsOf("kms", pattern)));
  }
  for (const pattern of ["*", "**", "*:*", "kms:*", "KMS:*", "kms*", "k*", "?ms:*"]) {
    it(`covers KMS with ${pattern}`, () => assert.ok(coversActionsOf("kms", pattern)));
  }
  for (const pattern of [
    "kms:?",
    "kms:D*",
    "kms:*t",
    "s3:*",
    "kms",
    "kms:Decrypt",
    "*s",
    "[k]ms:*",
    "kms.*",
  ]) {
    it(`doesn't cover KMS with ${pattern}`, () => assert.ok(!coversActionsOf("kms", pattern)));
  }

  const actions = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:ScheduleKeyDeletion",
    "kms:ListKeys",
  ];
  const arns = [
    "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws-cn:kms:cn-north-1:444455556666:key/mrk-1234abcd12ab34cd56ef1234567890ab",
  ];

  it("reach whatever a pattern made from an action or ARN matches", () => {
    fc.assert(
      fc.property(fc.constantFrom(...actions).chain(patternOf), (pattern) =>
        reachesActionsOf("kms", pattern),
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...arns).chain(patternOf), (pattern) => reachesResourcesOf("kms", pattern)),
    );
  });

  it("cover only with patterns that match every action", () => {
    const pattern = fc.string({ unit: fc.constantFrom("k", "m", "s", ":", "*", "?", "d"), maxLength: 8 });
    fc.assert(
      fc.property(pattern, (text) => {
        const expression = new RegExp(`^${text.replace(/[*?]/g, (w) => (w === "*" ? ".*" : "."))}$`, "i");
        return !coversActionsOf("kms", text) || actions.every((action) => expression.test(action));
      }),
      { numRuns: 500 },
    );
  });

  const elsewhere = [
    "arn:aws:s3:::bucket/*",
    "arn:aws*:s3:::bucket/*",
    "arn:*:iam::*:role/*",
    "arn:aws:sqs:*:*:kms",
  ];
  for (const pattern of elsewhere) {
    it(`keeps ${pattern} from keys`, () => assert.ok(!reachesResourcesOf("kms", pattern)));
  }
  const keys = [
    "*",
    "arn:*",
    "arn:aws:*",
    "arn:aws:k*",
    "arn:*:key/*",
    "arn:aws:kms:*",
    "arn:*:?ms:*:*:*",
    "alias/vault",
    "1234abcd",
  ];
  for (const pattern of keys) {
    it(`takes ${pattern} for a key`, () => assert.ok(reachesResourcesOf("kms", pattern)));
  }
});

/** Patterns that match a text: some of its characters replaced by `?`, then some runs of them by `*`. */
function patternOf(text: string): fc.Arbitrary<string> {
  const positions = fc.array(fc.nat(text.length - 1), { maxLength: 3 });
  const runs = fc.array(fc.tuple(fc.nat(text.length - 1), fc.nat(6)), { maxLength: 2 });
  return fc.tuple(positions, runs).map(([single, multiple]) => {
    const characters = [...text];
    for (const position of single) characters[position] = "?";
    for (const [from, length] of multiple) {
      characters.fill("", from, from + length);
      characters[from] = `*${characters[from] ?? ""}`;
    }
    return characters.join("");
  });
}
