import assert from "node:assert/strict";
import fc from "fast-check";
import { findings } from "./validate";

type Statement = Record<string, unknown>;

const lists = {
  actions: list(
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:Sign",
    "kms:*",
    "kms:Enc*",
    "kms:Decryp?",
    "*",
    "s3:*",
    "s3:GetObject",
  ),
  resources: list(
    "*",
    "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws:kms:us-east-1:111122223333:key/*",
    "arn:aws:s3:::bucket/*",
  ),
  principals: list(
    "*",
    "111122223333",
    "arn:aws:iam::444455556666:root",
    "arn:aws:iam::111122223333:role/vault",
  ),
};

function list(...items: string[]): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: 3 });
}

function either(name: string, items: fc.Arbitrary<unknown>): fc.Arbitrary<Statement> {
  return fc.tuple(fc.constantFrom(name, `Not${name}`), items).map(([key, value]) => ({ [key]: value }));
}

const statements = fc
  .array(
    fc
      .tuple(
        fc.record({ Effect: fc.constantFrom("Allow", "Deny") }),
        either("Action", lists.actions),
        either("Resource", lists.resources),
        either("Principal", fc.record({ AWS: lists.principals })),
      )
      .map((parts): Statement => Object.assign({}, ...parts)),
    { minLength: 1, maxLength: 3 },
  )
  .map((list) => list.map((statement, index) => ({ Sid: `S${index}`, ...statement })));

/** The same document written another way: as its Sids keep their statements, findings differ in order and letter case only. */
function rewritten(document: Statement[], choice: fc.GeneratorValue): unknown {
  const some = <Value>(values: Value[]): Value => choice(fc.constantFrom, ...values);
  const shuffled = <Value>(values: Value[]): Value[] =>
    choice(fc.shuffledSubarray as typeof fc.shuffledSubarray<Value>, values, { minLength: values.length });
  const listed = (values: string[]): unknown => {
    const [only, ...others] = shuffled(values);
    return others.length === 0 ? some([only, [only]]) : [only, ...others];
  };
  const lettered = (action: string): string => some([action, action.toUpperCase(), action.toLowerCase()]);
  const written = shuffled(document).map((statement) =>
    Object.fromEntries(
      shuffled(Object.entries(statement)).map(([name, value]) => {
        if (name.endsWith("Action")) return [name, listed((value as string[]).map(lettered))];
        if (name.endsWith("Resource")) return [name, listed(value as string[])];
        if (name.endsWith("Principal")) return [name, { AWS: listed((value as { AWS: string[] }).AWS) }];
        return [name, value];
      }),
    ),
  );
  const whole = {
    Version: "2012-10-17",
    Statement: written.length === 1 ? some([written[0], written]) : written,
  };
  return some<unknown>([whole, JSON.stringify(whole), JSON.stringify(whole, null, 2)]);
}

describe("a policy document written another way", () => {
  for (const type of ["aws:iam/rolePolicy:RolePolicy", "aws:kms/keyPolicy:KeyPolicy"]) {
    it(`has the same findings in ${type}`, () => {
      const found = (policy: unknown): string[] =>
        findings(type, policy)
          .map((message) =>
            message
              .toLowerCase()
              .split(/[ ,:]+/)
              .sort()
              .join(" "),
          )
          .sort();
      fc.assert(
        fc.property(statements, fc.gen(), (document, choice) =>
          assert.deepEqual(found(rewritten(document, choice)), found({ Statement: document })),
        ),
        { numRuns: 100 },
      );
    });
  }
});
