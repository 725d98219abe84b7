import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readEvent, readEvents, saysNothing } from "../src/ptp-event.ts";

const value = {
  ResourceAddress: "/cluster/node/w1/ens1fx/master",
  data_type: "notification",
  value_type: "enumeration",
  value: "LOCKED",
};
const event = {
  specversion: "1.0",
  id: "1",
  source: "/sync/ptp-status/lock-state",
  type: "event.sync.ptp-status.ptp-state-change",
  time: "2026-11-21T07:02:51.1Z",
  data: { version: "1.0", values: [value] },
};

test("an event is read", () => {
  assert.deepEqual(readEvent(JSON.stringify(event)), {
    id: "1",
    source: "/sync/ptp-status/lock-state",
    time: "2026-11-21T07:02:51.1Z",
    values: [{ address: "/cluster/node/w1/ens1fx/master", kind: "notification", value: "LOCKED" }],
  });
});

test("what is no event is refused", () => {
  const wrong: readonly object[] = [
    { ...event, specversion: "0.3" },
    { ...event, id: "" },
    { ...event, time: "now" },
    { ...event, source: 1 },
    { ...event, data: { values: {} } },
    { ...event, data: { values: [{ ...value, value: 5 }] } },
    { ...event, data: { values: [{ ...value, data_type: "other" }] } },
    { ...event, data: { values: [null] } },
    [event],
  ];
  for (const each of wrong) assert.equal(readEvent(JSON.stringify(each)), undefined, JSON.stringify(each));
});

test("what an address means now is one event, or those of all resources below it", () => {
  const other = { ...event, source: "/sync/ptp-status/clock-class" };
  const sources = (document: unknown) => readEvents(JSON.stringify(document)).map(({ source }) => source);
  assert.deepEqual(sources(event), [event.source]);
  assert.deepEqual(sources([event, 7, other]), [event.source, other.source]);
  assert.deepEqual(sources("none"), []);
});

test("nothing that comes makes it fail", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (body) => readEvent(body) === undefined));
});

test("a node without such a clock says nothing", () => {
  const none = { ...value, ResourceAddress: "/cluster/node/w1/ptp-not-set" };
  const read = (values: readonly object[]) => readEvent(JSON.stringify({ ...event, data: { version: "1.0", values } }));
  assert.equal(saysNothing(read([none]) ?? assert.fail()), true);
  assert.equal(saysNothing(read([value]) ?? assert.fail()), false);
});
