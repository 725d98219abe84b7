import assert from "node:assert/strict";
import { test } from "node:test";
import { compareChanges } from "./compare-changes.ts";
import type { SeenChange } from "./read-changes.ts";
import type { ExpectedChange } from "./scenario.ts";

const seen = (from: string, to: string, config = "ptp4l.0.config"): SeenChange => ({
  atUnixMs: 0,
  config,
  from,
  to,
  cause: `because ${to}`,
});
const lost: ExpectedChange = { from: "LOCKED", to: "HOLDOVER", cause: /^because HOLDOVER$/ };
const back: ExpectedChange = { from: "HOLDOVER", to: "LOCKED", cause: /LOCKED/ };

test("compareChanges wants the whole sequence of each clock, with its causes", () => {
  const good = [seen("LOCKED", "HOLDOVER"), seen("HOLDOVER", "LOCKED")];
  assert.equal(compareChanges([lost, back], good), undefined);
  assert.match(
    compareChanges([lost], good) ?? "",
    /expected\n {2}LOCKED -> HOLDOVER.*\nseen\n.*\n {2}HOLDOVER -> LOCKED/,
  );
  assert.match(compareChanges([lost, back], good.slice(0, 1)) ?? "", /changes of ptp4l\.0\.config/);
  assert.match(compareChanges([{ ...lost, cause: /rain/ }, back], good) ?? "", /rain/);
  assert.match(compareChanges([lost, back], good.toReversed()) ?? "", /expected/);
});

test("compareChanges does not mind the order between clocks, but every change of a clock nobody expects", () => {
  const other = seen("LOCKED", "HOLDOVER", "ptp4l.1.config");
  const both = [lost, { ...lost, config: "ptp4l.1.config" }];
  assert.equal(compareChanges(both, [other, seen("LOCKED", "HOLDOVER")]), undefined);
  assert.match(compareChanges([lost], [other, seen("LOCKED", "HOLDOVER")]) ?? "", /ptp4l\.1\.config/);
});
