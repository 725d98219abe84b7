import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClockIdentity } from "@ptp/ptp";
import { tgmSettings } from "../tgm/tgm-class.ts";
import { pendingWrites, type AnnouncePlan } from "./announce-plan.ts";
import { accuracyOfOffset } from "./clock-accuracy.ts";

const utc = { currentUtcOffsetS: 37, leap61: false, leap59: false };
const settings = tgmSettings(6, 0x21, utc);
const external = { grandmasterIdentity: "aabbcc.fffe.ddeeff" as ClockIdentity, stepsRemoved: 1 };
const plan: AnnouncePlan = [
  { kind: "external-grandmaster", configName: "ptp4l.1.config", value: external },
  { kind: "grandmaster-settings", configName: "ptp4l.1.config", value: settings },
];

test("pendingWrites: what was not read back is written, in order, until it is", () => {
  assert.deepEqual(pendingWrites(plan, new Map()), plan);
  const other = { ...external, stepsRemoved: 2 };
  const half = new Map([["ptp4l.1.config", { external: other, settings }]]);
  assert.deepEqual(pendingWrites(plan, half), plan.slice(0, 1));
  assert.deepEqual(pendingWrites(plan, new Map([["ptp4l.1.config", { external, settings }]])), []);
});

test("pendingWrites: a restarted ptp4l, which answers its file's values, is written to again", () => {
  const restarted = { settings: tgmSettings(248, 0xfe, utc), external };
  assert.deepEqual(pendingWrites(plan, new Map([["ptp4l.1.config", restarted]])), plan.slice(1));
});

test("accuracyOfOffset: the smallest step that holds the offset, either sign", () => {
  const offsetsNs = [0, 25, 26, -100, 101, 1000, 2501, 1e7, 1e10, 2e10];
  const codes = [0x20, 0x20, 0x21, 0x21, 0x22, 0x23, 0x25, 0x2b, 0x30, 0x31];
  assert.deepEqual(offsetsNs.map(accuracyOfOffset), codes);
});
