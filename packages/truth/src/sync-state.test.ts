import assert from "node:assert/strict";
import { test } from "node:test";
import { outsideState, worstOf } from "./sync-state.ts";

test("worstOf: FREERUN and UNKNOWN before HOLDOVER before LOCKED", () => {
  assert.equal(worstOf([]), undefined);
  assert.equal(worstOf(["LOCKED", "LOCKED"]), "LOCKED");
  assert.equal(worstOf(["LOCKED", "HOLDOVER"]), "HOLDOVER");
  assert.equal(worstOf(["HOLDOVER", "UNKNOWN", "FREERUN"]), "UNKNOWN");
  assert.equal(worstOf(["FREERUN", "UNKNOWN", "LOCKED"]), "FREERUN");
});

test("outsideState: nobody may take the unknown for good time", () => {
  assert.equal(outsideState("UNKNOWN"), "FREERUN");
  assert.equal(outsideState("HOLDOVER"), "HOLDOVER");
});
