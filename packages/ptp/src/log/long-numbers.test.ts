import assert from "node:assert/strict";
import test from "node:test";
import { readFact } from "./parse-line.ts";

test("a number with more digits than linuxptp can write is a miss: it could read as infinite", () => {
  const most = "9".repeat(19);
  assert.ok(readFact("ptp4l", `rms ${most} max ${most} freq -5 +/- 3`));
  const beyond = "9".repeat(400);
  assert.equal(readFact("ptp4l", `rms ${beyond} max 9 freq -5 +/- 3 delay 90 +/- 1`), undefined);
  assert.equal(readFact("ptp4l", `master offset -${beyond} s2 freq -10 path delay 1664`), undefined);
  assert.equal(readFact("phc2sys", `CLOCK_REALTIME phc offset ${beyond} s2 freq -14 delay 201`), undefined);
  assert.equal(readFact("ts2phc", `/dev/ptp0 offset ${beyond} s2 freq -0`), undefined);
});
