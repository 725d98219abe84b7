import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLine, type LogFact, type LogProgram } from "@ptp/ptp";
import { hearChronyd, hearDpll, hearGnss, hearSynce4l, hearTs2phc } from "./hear-parts.ts";

function fact(program: LogProgram, line: string): LogFact {
  const seen = parseLine(program, line);
  assert.ok(seen !== undefined, line);
  return seen;
}

test("hearTs2phc: offsets with servo and holdover, and pulses without time of day", () => {
  const held = fact("ts2phc", "ts2phc[521734.693]: [ts2phc.0.config:6] /dev/ptp6 offset 0 s3 freq +0 holdover");
  assert.deepEqual(hearTs2phc(held), { kind: "sample", clock: "/dev/ptp6", offsetNs: 0, holdover: true, locked: true });
  const lost = fact("ts2phc", "ts2phc[20748687.391]: [ts2phc.0.config:3] source ts not valid");
  assert.deepEqual(hearTs2phc(lost), { kind: "source-fault", fault: "timestamp-invalid" });
});

test("hearSynce4l: only what is of the device or of its interfaces", () => {
  const device = { name: "synce1", interfaces: ["ens7f0"] };
  const state = fact("synce4l", "synce4l[627602.540]: [synce4l.0.config] EEC_HOLDOVER on synce1");
  assert.deepEqual(hearSynce4l(state, device), { kind: "eec-state", state: "HOLDOVER" });
  assert.equal(hearSynce4l(state, { name: "synce2", interfaces: [] }), undefined);
  const level = fact("synce4l", "synce4l[1.0]: [synce4l.0.config] tx_rebuild_tlv: attached new TLV, QL=0x1 on ens7f0");
  const told = { kind: "quality-level", interfaceName: "ens7f0", extended: false, qualityLevel: 1 };
  assert.deepEqual(hearSynce4l(level, device), told);
});

test("hearChronyd, hearGnss, hearDpll: typed where they enter, no sentinel for an offset", () => {
  assert.deepEqual(hearChronyd({ kind: "source-selection", source: "192.0.2.1" }), {
    kind: "selected",
    source: "192.0.2.1",
  });
  assert.equal(hearChronyd({ kind: "source-selection" })?.kind, "no-source");
  assert.deepEqual(hearGnss({ kind: "gnss-fix", fix: 9 }), { kind: "status", fix: 0 });
  const dpll = { kind: "dpll-status", interfaceName: "ens1f0", ppsAvailable: true, state: "LOCKED" } as const;
  assert.deepEqual(hearDpll({ ...dpll, frequencyStatus: 3, phaseStatus: 4, offsetNs: 99_999_999_999 }), {
    kind: "status",
    eec: "locked-ho-acq",
    pps: "holdover",
  });
});
