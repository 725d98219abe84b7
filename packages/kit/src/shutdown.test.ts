import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { shutdownSignal } from "./shutdown.ts";

class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

for (const [name, code] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
  ["SIGHUP", 129],
] as const) {
  test(`${name} shuts down in order, and at once when it comes again`, () => {
    const process = new FakeProcess();
    const signal = shutdownSignal(process);
    assert.equal(signal.aborted, false);
    process.emit(name);
    assert.equal(signal.aborted, true);
    assert.deepEqual(process.exits, []);
    process.emit(name);
    assert.deepEqual(process.exits, [code]);
  });
}
