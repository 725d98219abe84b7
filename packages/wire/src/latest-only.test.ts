import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { latestOnly } from "./latest-only.ts";

const kindOf = (value: string) => value[0] ?? "";

test("a slow reader gets the newest of each key, in order of arrival of the keys", async () => {
  async function* source() {
    yield* ["a1", "b1", "b2", "b3"];
  }
  const reader = latestOnly(source(), kindOf);
  const first = await reader.next();
  await setImmediate();
  const second = await reader.next();
  assert.deepEqual([first.value, second.value, (await reader.next()).done], ["a1", "b3", true]);
});

test("what the source throws comes after what it gave", async () => {
  async function* source() {
    yield "a1";
    throw new Error("broken");
  }
  const reader = latestOnly(source(), kindOf);
  assert.equal((await reader.next()).value, "a1");
  await assert.rejects(reader.next(), { message: "broken" });
});
