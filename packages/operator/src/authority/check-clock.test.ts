import assert from "node:assert/strict";
import { test } from "node:test";
import { checkClock } from "./check-clock.ts";

const names = { namespace: "ns", prefix: "p" };
const nowMs = Date.parse("2026-11-21T12:00:00Z");

function server(creationTimestamp: string | undefined) {
  return { request: async () => ({ metadata: { name: "p-clock-x", creationTimestamp } }) };
}

test("clocks that agree, and a server that does not tell", async () => {
  for (const time of ["2026-11-21T12:00:00Z", "2026-11-21T11:00:00Z", "2026-11-21T13:00:00Z", undefined]) {
    await checkClock(server(time), names, nowMs);
  }
});

test("a clock that is wrong makes no certificate, in either direction", async () => {
  for (const time of ["2026-11-21T10:59:59Z", "2026-11-21T13:00:01Z", "2029-01-01T00:00:00Z"]) {
    const error = {
      kind: "transient",
      message: new RegExp(`replica says 2026-11-21T12:.*API server ${time.slice(0, 19)}`),
    };
    await assert.rejects(checkClock(server(time), names, nowMs), error);
  }
});
