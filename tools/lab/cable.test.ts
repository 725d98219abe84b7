import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCable } from "./cable.ts";

test("parseCable reads both ends", () => {
  assert.deepEqual(parseCable("gm:gm0=bc:bc1"), { hosts: ["gm", "bc"], interfaces: ["gm0", "bc1"] });
});

test("parseCable refuses what is not a cable, and interface names the kernel would refuse", () => {
  for (const text of ["", "gm", "gm:gm0", "gm:gm0=bc", "gm:=bc:b0", "gm:0123456789abcdef=bc:b0", "a:b=c:d=e:f"]) {
    assert.equal(parseCable(text), undefined, text);
  }
});
