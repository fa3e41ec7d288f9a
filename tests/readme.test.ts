import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { stackSettings } from "../config";

const readme = readFileSync(path.join(__dirname, "..", "README.md"), "utf8");

/** Settings in the README's table, by their path. */
const documented = [...readme.matchAll(/^\| `([A-Za-z.]+)` \|/gm)].map(([, name = ""]) => name);

/** Every path in a schema, groups and what is in them. */
function paths(schema: unknown, prefix = ""): string[] {
  const bare = unwrapped(schema);
  if (!(bare instanceof z.ZodObject)) return [prefix];
  const below = Object.entries(bare.shape).flatMap(([name, part]) =>
    paths(part, prefix ? `${prefix}.${name}` : name),
  );
  return prefix ? [prefix, ...below] : below;
}

function unwrapped(schema: unknown): unknown {
  const wraps =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return wraps ? unwrapped(schema.unwrap()) : schema;
}

describe("the README's table of settings", () => {
  const all = paths(stackSettings);

  it("has every setting, by itself or within its group", () => {
    const leaves = all.filter((name) => !all.some((other) => other.startsWith(`${name}.`)));
    const missing = leaves.filter(
      (name) => !documented.some((row) => name === row || name.startsWith(`${row}.`)),
    );
    assert.deepEqual(missing, []);
  });

  it("has no other", () => {
    const parts = ["UnsealKey", "UnsealIdentity", "InjectorWebhookRule", "VaultRelease"];
    assert.deepEqual(
      documented.filter((name) => !all.includes(name) && !parts.includes(name)),
      [],
    );
  });
});
