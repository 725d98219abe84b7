import assert from "node:assert/strict";
import { test } from "node:test";
import { readStateChange, storyProblem } from "./state-change.ts";

const line = JSON.stringify({
  level: "info",
  message: "clock state changed",
  clock: "ptp4l",
  config: "ptp4l.0.config",
  profile: "oc",
  from: "LOCKED",
  to: "HOLDOVER",
  cause: "ptp4l is down; signal SIGKILL",
  timestamp: new Date(performance.timeOrigin + 7_000).toISOString(),
});

test("readStateChange reads the agent's own line and no other", () => {
  const change = readStateChange(line);
  assert.equal(change?.cause, "ptp4l is down; signal SIGKILL");
  assert.deepEqual([change?.profile, change?.from, change?.to], ["oc", "LOCKED", "HOLDOVER"]);
  assert.ok(Math.abs((change?.atMs ?? 0) - 7_000) <= 1);
  assert.equal(readStateChange("ptp4l[1.2]: [ptp4l.0.config:6] rms 3"), undefined);
});

test("storyProblem: a beginning is good; another change, another cause and more than expected are not", () => {
  const change = readStateChange(line);
  assert.ok(change !== undefined);
  assert.equal(storyProblem([], [["ptp4l LOCKED HOLDOVER", /down/]]), undefined);
  assert.equal(storyProblem([change], [["ptp4l LOCKED HOLDOVER", /down/]]), undefined);
  assert.match(storyProblem([change], [["ptp4l LOCKED FREERUN", /down/]]) ?? "", /instead of/);
  assert.match(storyProblem([change], [["ptp4l LOCKED HOLDOVER", /silent/]]) ?? "", /cause is not/);
  assert.match(storyProblem([change], []) ?? "", /more than was expected/);
});

const changeOf = (clock: string, to: string, profile = "oc") => {
  return { atMs: 0, clock, config: "", profile, from: "LOCKED", to, cause: "x" };
};

test("storyProblem: each clock has its own order", () => {
  const expected = [
    ["ptp4l LOCKED (HOLDOVER|FREERUN)", /x/],
    ["CLOCK_REALTIME LOCKED HOLDOVER", /x/],
  ] as const;
  const system = (to: string) => changeOf("CLOCK_REALTIME", to);
  assert.equal(storyProblem([system("HOLDOVER"), changeOf("ptp4l", "FREERUN")], expected), undefined);
  assert.match(storyProblem([system("FREERUN")], expected) ?? "", /instead of/);
});

test("storyProblem: where a story names profiles, their clocks are several", () => {
  const expected = ["a", "b"].map((nic) => [`ptp4l of ${nic} LOCKED HOLDOVER`, /x/] as const);
  const [a, b] = [changeOf("ptp4l", "HOLDOVER", "a"), changeOf("ptp4l", "HOLDOVER", "b")];
  assert.equal(storyProblem([b, a], expected), undefined);
  assert.match(storyProblem([b, b], expected) ?? "", /more than was expected: ptp4l of b/);
  assert.match(storyProblem([b], expected.slice(0, 1)) ?? "", /more than was expected: ptp4l of b/);
});
