import assert from "node:assert/strict";
import fc from "fast-check";
import { isPlainObject, sortedJson } from "../../../components/documents/json";

/** An object's entries in two orders. */
const entriesTwice = fc
  .uniqueArray(fc.tuple(fc.string(), fc.jsonValue()), { selector: ([key]) => key })
  .chain((entries) =>
    fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
  );

describe("sortedJson", () => {
  it("does not depend on the order of keys, at any depth", () => {
    fc.assert(
      fc.property(entriesTwice, ([one, other]) => {
        const nested = (entries: [string, unknown][]) => ({ list: [{ map: Object.fromEntries(entries) }] });
        assert.equal(sortedJson(nested(one)), sortedJson(nested(other)));
      }),
    );
  });

  it("writes what JSON.stringify writes, but for the order", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.deepEqual(JSON.parse(sortedJson(value)), JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("sorts keys and leaves lists alone", () => {
    assert.equal(sortedJson({ b: [2, 1], a: { d: null, c: "x" } }), '{"a":{"c":"x","d":null},"b":[2,1]}');
  });

  it("indents on request", () => {
    assert.equal(sortedJson({ b: 1, a: [] }, 2), '{\n  "a": [],\n  "b": 1\n}');
  });
});

describe("isPlainObject", () => {
  it("tells a map from everything else", () => {
    assert.ok(isPlainObject({}));
    for (const value of [null, undefined, [], "text", 1, true, () => ({})]) {
      assert.ok(!isPlainObject(value), String(value));
    }
  });
});
