import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { decodeFeedMessage } from "./feed-message.ts";
import { createFeedWriter } from "./feed-writer.ts";
import { lockState } from "./testing/values.ts";

/** A reader that takes one chunk at a time, when it is told to. */
function slowReader() {
  const taken: string[] = [];
  let next: (() => void) | undefined;
  const socket = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      taken.push(line);
      next = done;
    },
  });
  return { socket, taken, read: () => next?.() };
}

test("createFeedWriter: changes at once, offsets when refreshed, nothing twice", () => {
  const { socket, taken, read } = slowReader();
  const writer = createFeedWriter(socket);
  writer.publish([lockState("LOCKED", 1)], 1);
  read();
  writer.publish([lockState("LOCKED", 2)], 2);
  assert.equal(taken.length, 1);
  writer.refresh([lockState("LOCKED", 2)], 3);
  read();
  writer.refresh([lockState("LOCKED", 2)], 4);
  assert.equal(taken.length, 2);
});

test("createFeedWriter: a reader that stands still costs bounded memory, and gets the newest first", async () => {
  const { socket, taken, read } = slowReader();
  const writer = createFeedWriter(socket);
  for (let turn = 0; turn < 10_000; turn++)
    writer.publish([lockState(turn % 2 === 0 ? "LOCKED" : "FREERUN", turn)], turn);
  assert.ok(socket.writableLength <= 262_144);
  assert.ok(writer.overruns() > 0);
  while (socket.writableLength > 0) {
    read();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const times = taken.map((line) => decodeFeedMessage(line).atUnixMs);
  assert.equal(times.at(-1), 9_999);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
});

test("createFeedWriter: what waits for room is not overtaken by a newer one that fits", async () => {
  const { socket, taken, read } = slowReader();
  const writer = createFeedWriter(socket);
  const publish = (turn: number): void =>
    writer.publish([lockState(turn % 2 === 0 ? "LOCKED" : "FREERUN", turn)], turn);
  let turn = 0;
  while (writer.overruns() === 0) publish(turn++);
  // Room for some, before all that was written is read.
  for (let count = 0; count < 5; count++) {
    read();
    await new Promise((resolve) => setImmediate(resolve));
  }
  publish(turn);
  while (socket.writableLength > 0) {
    read();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const times = taken.map((line) => decodeFeedMessage(line).atUnixMs);
  assert.equal(times.at(-1), turn);
});

test("createFeedWriter: a snapshot larger than what may wait is told where next to nothing waits", async () => {
  const { socket, taken, read } = slowReader();
  const writer = createFeedWriter(socket);
  const values = Array.from({ length: 1_024 }, (_, at) => lockState("LOCKED", 1, `${"x".repeat(200)}${at}`));
  writer.publish([lockState("LOCKED")], 1);
  writer.publish(values, 2);
  read();
  assert.equal(decodeFeedMessage(taken[1] ?? "").values.length, 1_024);
});
