import assert from "node:assert/strict";
import { test } from "node:test";
import type { FuzzTarget } from "./fuzz-target.ts";
import { runTarget } from "./run-target.ts";

const target = (check: (text: string) => void): FuzzTarget => ({
  name: "test",
  title: "",
  seeds: () => [Buffer.from("rms 7 max 9"), Buffer.from("")],
  prepare: () => (input) => check(Buffer.from(input).toString("latin1")),
});
const options = { durationMs: 2_000, seed: 7, kept: [] };

test("runTarget finds an input that makes the code throw, and tells it", () => {
  const result = runTarget(
    target((text) => {
      if (/rms -\d/.test(text)) throw new RangeError("negative");
    }),
    options,
  );
  assert.match(Buffer.from(result.broken?.input ?? []).toString("latin1"), /rms -\d/);
  assert.match(result.broken?.why ?? "", /RangeError: negative/);
});

test("runTarget finds code that takes more than linear time", () => {
  // Each space is tried as the beginning of the end.
  const result = runTarget(
    target((text) => void /\s+$/.test(`${text}x`.replaceAll(/\d/g, " "))),
    {
      ...options,
      durationMs: 20_000,
    },
  );
  assert.match(result.broken?.why ?? "", /^\d+ bytes took .* ms, more than/);
});

test("runTarget checks the corpus and what was kept even without time, and finds nothing where nothing is", () => {
  const seen: string[] = [];
  const result = runTarget(
    target((text) => void seen.push(text)),
    { durationMs: 0, seed: 1, kept: [Buffer.from("kept")] },
  );
  assert.deepEqual(seen, ["rms 7 max 9", "", "kept"]);
  assert.deepEqual([result.inputs, result.bytes, result.broken], [3, 15, undefined]);
});
