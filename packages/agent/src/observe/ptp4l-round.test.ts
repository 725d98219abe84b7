import assert from "node:assert/strict";
import test from "node:test";
import type { ManagementId } from "@ptp/ptp";
import { askPtp4l } from "./ptp4l-round.ts";
import { answering, instance, portAnswer } from "./testing/answers.ts";

const heardOf = async (answers: Partial<Record<ManagementId, readonly unknown[] | undefined>>) =>
  (await askPtp4l(answering(answers), instance, true)).heard;

test("askPtp4l: a round tells all that was answered, in the order in which it depends on each other", async () => {
  const round = await askPtp4l(answering({}), instance, false);
  assert.ok(round.heard === "all");
  assert.deepEqual(
    round.observations.map(({ kind }) => kind),
    ["default-data-set", "port", "time-status"],
  );
  assert.deepEqual(round.observations[1], {
    kind: "port",
    number: 1,
    state: "TIME_RECEIVER",
    logSyncInterval: -4,
    interfaceName: "eth0",
  });
});

test("askPtp4l: one that follows and does not tell its offset, late or refused, has not told all", async () => {
  assert.equal(await heardOf({ TIME_STATUS_NP: undefined }), "no-offset");
  assert.equal(await heardOf({ TIME_STATUS_NP: [] }), "no-offset");
  const giving = { PORT_DATA_SET: [portAnswer("TIME_TRANSMITTER")], TIME_STATUS_NP: undefined };
  assert.equal(await heardOf(giving), "all", "one that follows nobody has none to tell");
});

test("askPtp4l: names that did not come are to be asked for again", async () => {
  const isNamed = async (names: readonly unknown[] | undefined, known: boolean) => {
    const round = await askPtp4l(answering({ PORT_PROPERTIES_NP: names }), instance, known);
    return round.heard !== "nothing" && round.isNamed;
  };
  assert.deepEqual([await isNamed(undefined, false), await isNamed(undefined, true)], [false, true]);
  assert.equal(await isNamed([], false), true, "one that does not know them never will");
});

test("askPtp4l: without its own data set, or its ports, it is silent", async () => {
  assert.equal(await heardOf({ DEFAULT_DATA_SET: undefined }), "nothing");
  assert.equal(await heardOf({ PORT_DATA_SET: undefined }), "nothing");
});
