import assert from "node:assert/strict";
import { test } from "node:test";
import { decodePinFunction, encodePinFunction, pinFunctionNames } from "./pin-function.ts";

test("every name survives the number, in any case", () => {
  for (const [index, name] of pinFunctionNames.entries()) {
    assert.equal(decodePinFunction(name), index);
    assert.equal(decodePinFunction(name.toUpperCase()), index);
    assert.equal(decodePinFunction(name.toLowerCase()), index);
    assert.equal(encodePinFunction(index), name);
  }
});

test("what has no name stays a number, what has no number is undefined", () => {
  assert.equal(encodePinFunction(-1), "Unknown(-1)");
  assert.equal(decodePinFunction(""), undefined);
  assert.equal(decodePinFunction("Unknown(7)"), undefined);
});
