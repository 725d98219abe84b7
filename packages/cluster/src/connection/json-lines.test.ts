import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonLines } from "./json-lines.ts";

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

async function collect(lines: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

test("jsonLines: any cut of the stream gives the same values", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), fc.array(fc.nat(9)), async (values, sizes) => {
      const text = values.map((value) => `${JSON.stringify(value)}\n`).join("");
      const lines = await collect(jsonLines(inChunks(new TextEncoder().encode(text), sizes)));
      assert.deepEqual(lines, JSON.parse(JSON.stringify(values)));
    }),
  );
});

test("jsonLines: an unfinished last line is dropped, empty lines are skipped", async () => {
  const bytes = new TextEncoder().encode('{"a":1}\n\n\n{"b":');
  assert.deepEqual(await collect(jsonLines(inChunks(bytes, [3]))), [{ a: 1 }]);
});

test("jsonLines: a line without end is refused before it fills the memory", async () => {
  async function* endless() {
    for (;;) yield new Uint8Array(1024).fill(0x31);
  }
  await assert.rejects(collect(jsonLines(endless(), 10_000)), { kind: "transient", message: /longer than 10000/ });
});

test("jsonLines: what is no JSON is an error of the connection", async () => {
  const bytes = new TextEncoder().encode("<html>\n");
  await assert.rejects(collect(jsonLines(inChunks(bytes, []))), { kind: "transient" });
});
