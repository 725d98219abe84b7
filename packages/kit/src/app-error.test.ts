import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { AppError, toAppError } from "./app-error.ts";

test("toAppError keeps an AppError", () => {
  const error = new AppError("waiting", "not yet");
  assert.equal(toAppError(error), error);
});

test("toAppError gives a system error the kind of its errno", async () => {
  const missing = await readFile("/nonexistent").catch(toAppError);
  assert.ok(missing instanceof AppError);
  assert.equal(missing.kind, "transient");
  const directory = await readFile("/").catch(toAppError);
  assert.ok(directory instanceof AppError);
  assert.equal(directory.kind, "invalid");
  assert.ok(directory.cause instanceof Error);
});

test("toAppError calls anything else a bug", () => {
  assert.equal(toAppError("thrown text").kind, "bug");
  assert.equal(toAppError(new TypeError("x is undefined")).kind, "bug");
});
