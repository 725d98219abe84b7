import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { readKeys } from "./keys.ts";

class Terminal extends EventEmitter {
  readonly isTTY: boolean;
  raw = false;
  reading = false;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }
  setRawMode(raw: boolean): void {
    this.raw = raw;
  }
  resume(): void {
    this.reading = true;
  }
  pause(): void {
    this.reading = false;
  }
}

test("readKeys hands out letters in order, keeps few, and puts the terminal back", () => {
  const terminal = new Terminal(true);
  const keys = readKeys(terminal, () => assert.fail("nobody interrupted"));
  assert.deepEqual([terminal.raw, terminal.reading], [true, true]);
  terminal.emit("data", Buffer.from("eg"));
  terminal.emit("data", Buffer.alloc(1_000, "k"));
  assert.deepEqual([keys.take(), keys.take(), keys.take()], ["e", "g", "k"]);
  for (let taken = 3; taken < 16; taken++) keys.take();
  assert.equal(keys.take(), undefined);
  keys.close();
  assert.deepEqual([terminal.raw, terminal.reading, terminal.listenerCount("data")], [false, false, 0]);
});

test("readKeys takes q and Ctrl-C for the wish to end", () => {
  const terminal = new Terminal(true);
  let interrupts = 0;
  const keys = readKeys(terminal, () => (interrupts += 1));
  terminal.emit("data", Buffer.from("q\x03"));
  assert.equal(interrupts, 2);
  assert.equal(keys.take(), undefined);
});

test("readKeys touches nothing that is no terminal", () => {
  const pipe = new Terminal(false);
  assert.equal(readKeys(pipe, () => undefined).take(), undefined);
  assert.equal(pipe.reading, false);
});
