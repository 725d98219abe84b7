import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isOlderVersion, readWatchEvent } from "./watch-event.ts";

const object = { apiVersion: "v1", kind: "Node", metadata: { name: "a", resourceVersion: "5" } };

test("readWatchEvent: the five types", () => {
  assert.deepEqual(readWatchEvent({ type: "ADDED", object }), { type: "changed", object });
  assert.deepEqual(readWatchEvent({ type: "MODIFIED", object }), { type: "changed", object });
  assert.deepEqual(readWatchEvent({ type: "DELETED", object }), { type: "deleted", object });
  const bookmark = { kind: "Node", metadata: { resourceVersion: "9" } };
  assert.deepEqual(readWatchEvent({ type: "BOOKMARK", object: bookmark }), { type: "bookmark", resourceVersion: "9" });
  const status = { code: 410, reason: "Expired" };
  assert.deepEqual(readWatchEvent({ type: "ERROR", object: status }), { type: "error", status });
});

test("readWatchEvent: anything else is unknown and never throws", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.ok(["unknown", "error"].includes(readWatchEvent(value).type));
    }),
  );
  assert.equal(readWatchEvent({ type: "FUTURE", object }).type, "unknown");
  assert.equal(readWatchEvent(undefined).type, "unknown");
});

test("isOlderVersion: compares numbers, not text", () => {
  assert.equal(isOlderVersion("9", "10"), true);
  assert.equal(isOlderVersion("18446744073709551614", "18446744073709551615"), true);
  assert.equal(isOlderVersion("10", "10"), false);
  assert.equal(isOlderVersion("11", "10"), false);
  assert.equal(isOlderVersion("x", "10"), false);
});
