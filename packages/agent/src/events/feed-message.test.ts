import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { gnssReceiverStates, type EventValue } from "@ptp/truth";
import { decodeFeedMessage, encodeFeedMessage } from "./feed-message.ts";

const name = fc.stringMatching(/^[a-zA-Z0-9/_.-]{1,20}$/);
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
const reason = { cause: fc.array(fc.string(), { maxLength: 3 }) };
const state = fc.constantFrom("LOCKED" as const, "HOLDOVER" as const, "FREERUN" as const);
const value: fc.Arbitrary<EventValue> = fc.oneof(
  fc.record({ resource: fc.constant("sync-state" as const), state, ...reason }),
  fc.record({
    resource: fc.constantFrom("lock-state" as const, "os-clock-sync-state" as const),
    name,
    state,
    offsetNs: number,
    sinceUnixMs: number,
    ...reason,
  }),
  fc.record({ resource: fc.constantFrom("lock-state" as const), name, state, ...reason }),
  fc.record({ resource: fc.constant("clock-class" as const), name, clockClass: number, ...reason }),
  fc.record({
    resource: fc.constant("gnss-sync-status" as const),
    name,
    state: fc.constantFrom(...gnssReceiverStates),
    gpsFix: number,
    ...reason,
  }),
  fc.record({ resource: fc.constant("synce-lock-state" as const), name, state, ...reason }),
  fc.record({ resource: fc.constant("synce-clock-quality" as const), name, ql: number, extendedQl: number, ...reason }),
);

test("feed messages: what is told is heard", () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), number, (values, atUnixMs) => {
      const message = { type: "snapshot", atUnixMs, values } as const;
      assert.deepEqual(decodeFeedMessage(encodeFeedMessage(message)), JSON.parse(JSON.stringify(message)));
    }),
  );
});

test("decodeFeedMessage: anything else is refused with what is wrong", () => {
  const valid = { version: 1, type: "snapshot", atUnixMs: 1, values: [] };
  const lock = { resource: "lock-state", name: "a", state: "LOCKED", cause: [] };
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [{ ...valid, version: 2 }, /version 2 is not 1/],
    [{ ...valid, type: "change" }, /type "change"/],
    [{ ...valid, values: {} }, /values is not a list/],
    [{ ...valid, values: Array.from({ length: 1_025 }, () => lock) }, /1025 values/],
    [{ ...valid, atUnixMs: "1" }, /atUnixMs/],
    [{ ...valid, values: [{ ...lock, resource: "toString" }] }, /resource "toString"/],
    [{ ...valid, values: [{ ...lock, state: "UNKNOWN" }] }, /state "UNKNOWN" is none of/],
    [{ ...valid, values: [{ ...lock, name: "a b" }] }, /name/],
    [{ ...valid, values: [{ ...lock, offsetNs: null }] }, /offsetNs/],
    [{ ...valid, values: [{ ...lock, cause: "x" }] }, /cause/],
    [[], /not an object/],
  ];
  for (const [message, expected] of cases) assert.throws(() => decodeFeedMessage(JSON.stringify(message)), expected);
  assert.throws(() => decodeFeedMessage("{"), /not JSON/);
});
