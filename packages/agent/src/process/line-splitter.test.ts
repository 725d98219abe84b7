import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createLineSplitter } from "./line-splitter.ts";

function split(chunks: readonly Buffer[], limitBytes?: number): { lines: string[]; truncated: number } {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line), limitBytes);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return { lines, truncated: splitter.truncatedLines() };
}

test("createLineSplitter gives the same lines however the bytes arrive", () => {
  const text = fc.array(fc.string({ unit: "grapheme", maxLength: 20 }).map((line) => line.replaceAll(/[\r\n]/gu, "")));
  fc.assert(
    fc.property(text, fc.array(fc.nat({ max: 40 })), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index] ?? 0, end));
      assert.deepEqual(split(chunks), { lines, truncated: 0 });
    }),
  );
});

test("createLineSplitter cuts a line at the limit, counts it and goes on with the next", () => {
  const long = Buffer.alloc(1000, "x");
  assert.deepEqual(split([long, long, Buffer.from("y\nshort\n")], 1500), {
    lines: ["x".repeat(1500), "short"],
    truncated: 1,
  });
});

test("createLineSplitter hands over an unfinished last line and drops carriage returns", () => {
  assert.deepEqual(split([Buffer.from("one\r\ntwo")]).lines, ["one", "two"]);
});
