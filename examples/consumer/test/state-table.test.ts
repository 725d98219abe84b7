import assert from "node:assert/strict";
import { test } from "node:test";
import type { PtpEvent } from "../src/ptp-event.ts";
import { createStateTable } from "../src/state-table.ts";

const source = "/sync/ptp-status/lock-state";

function event(id: string, value: string, address = "/cluster/node/w1/ens1fx/master"): PtpEvent {
  return { id, source, time: "2026-11-21T07:02:51Z", values: [{ address, kind: "notification", value }] };
}

test("what is new is told once", () => {
  const table = createStateTable();
  assert.equal(table.push(event("1", "LOCKED")).length, 1);
  assert.equal(table.push(event("2", "LOCKED")).length, 0);
  assert.equal(table.push(event("3", "FREERUN")).length, 1);
  assert.deepEqual(
    table.values().map(({ value }) => value),
    ["FREERUN"],
  );
});

test("a delivery that is repeated late does not bring an old state back", () => {
  const table = createStateTable();
  table.push(event("1", "LOCKED"));
  table.push(event("2", "FREERUN"));
  assert.equal(table.push(event("1", "LOCKED")).length, 0);
  assert.equal(table.values()[0]?.value, "FREERUN");
});

test("a pull that an event has overtaken is left", () => {
  const table = createStateTable();
  const take = table.startPull();
  table.push(event("2", "FREERUN"));
  assert.equal(take(event("1", "LOCKED")).length, 0);
  assert.equal(table.values()[0]?.value, "FREERUN");
  assert.equal(table.startPull()(event("3", "LOCKED")).length, 1);
});

test("a pull of several resources is left for those alone that an event has overtaken", () => {
  const table = createStateTable();
  const take = table.startPull();
  table.push(event("2", "FREERUN"));
  const system = { ...event("1", "LOCKED", "/cluster/node/w1/CLOCK_REALTIME"), source: "/sync/sync-status/os" };
  assert.deepEqual([take(event("1", "LOCKED")).length, take(system).length], [0, 1]);
});

test("clocks of one resource are kept apart", () => {
  const table = createStateTable();
  table.push(event("1", "LOCKED"));
  table.push(event("2", "FREERUN", "/cluster/node/w1/ens2fx/master"));
  assert.equal(table.values().length, 2);
});
