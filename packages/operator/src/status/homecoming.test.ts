import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { firstContactEndUnixMs, homecomingEndUnixMs, orphansEndUnixMs } from "./homecoming.ts";

const servingSinceUnixMs = 1_800_000_000_000;
const s = 1000;
const endAfterS = (newestS: number) =>
  (homecomingEndUnixMs({ servingSinceUnixMs, newestUnixMs: servingSinceUnixMs + newestS * s }) - servingSinceUnixMs) /
  s;

test("homecomingEndUnixMs: a minute, longer while agents come, never longer than five", () => {
  assert.deepEqual([-1000, 0, 49, 51, 120, 400].map(endAfterS), [60, 60, 60, 61, 130, 300]);
});

test("orphansEndUnixMs: 15 s, longer while agents come, and not before this replica's own agents are expected", () => {
  const goneUnixMs = servingSinceUnixMs + 3600 * s;
  const after = (newestS: number, goneAt = goneUnixMs) =>
    (orphansEndUnixMs(goneAt, { servingSinceUnixMs, newestUnixMs: goneAt + newestS * s }) - goneAt) / s;
  assert.deepEqual(
    [-100, 4, 8, 30, 59, 400].map((newestS) => after(newestS)),
    [15, 15, 18, 40, 60, 60],
  );
  assert.equal(after(0, servingSinceUnixMs + 5 * s), 55, "both replicas were started anew");
});

test("firstContactEndUnixMs: as long as for a start, from when the node is known", () => {
  const end = (knownS: number, newestS: number) => {
    const arrivals = { servingSinceUnixMs, newestUnixMs: servingSinceUnixMs + newestS * s };
    return (firstContactEndUnixMs(servingSinceUnixMs + knownS * s, arrivals) - servingSinceUnixMs) / s;
  };
  assert.deepEqual([end(-1000, 0), end(0, 55), end(600, 0), end(600, 700), end(600, 5000)], [60, 65, 660, 710, 900]);
});

test("both ends come, whatever agents do", () => {
  fc.assert(
    fc.property(fc.nat(10_000 * s), fc.nat(10_000 * s), (newestMs, goneMs) => {
      const arrivals = { servingSinceUnixMs, newestUnixMs: servingSinceUnixMs + newestMs };
      const end = homecomingEndUnixMs(arrivals) - servingSinceUnixMs;
      const orphansEnd = orphansEndUnixMs(servingSinceUnixMs + goneMs, arrivals) - servingSinceUnixMs;
      return end >= 60 * s && end <= 300 * s && orphansEnd <= Math.max(goneMs + 60 * s, end);
    }),
  );
});
