import assert from "node:assert/strict";
import { test } from "node:test";
import { readChanges } from "./read-changes.ts";

test("readChanges takes transitions, and neither lines of programs nor other lines of the agent", () => {
  const change = {
    message: "clock state changed",
    clock: "ptp4l",
    config: "ptp4l.0.config",
    from: "LOCKED",
    to: "HOLDOVER",
    cause: "a; b",
    timestamp: "2026-11-21T10:00:00.250Z",
  };
  const lines = ["ptp4l[1.0]: [ptp4l.0.config:6] rms 1", '{"message":"other"}', JSON.stringify(change)];
  assert.deepEqual(readChanges(lines), [
    { atUnixMs: 1795255200250, config: "ptp4l.0.config", from: "LOCKED", to: "HOLDOVER", cause: "a; b" },
  ]);
});
