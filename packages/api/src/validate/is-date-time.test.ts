import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isDateTime } from "./is-date-time.ts";

test("times Kubernetes writes are times", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }), (date) => {
      assert.ok(isDateTime(date.toISOString()));
      assert.ok(isDateTime(date.toISOString().replace(/\.\d+Z/, "+02:00")));
    }),
  );
});

test("days that do not exist and other forms are no times", () => {
  const wrong = ["2026-13-01", "2026-00-10", "2026-02-29", "1900-02-29", "2026-04-31", "2026-01-00", "2026-01-32"];
  for (const day of wrong) assert.ok(!isDateTime(`${day}T00:00:00Z`), day);
  assert.ok(isDateTime("2024-02-29T00:00:00Z") && isDateTime("2000-02-29t00:00:00z"));
  for (const text of ["", "2026-01-01", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z"]) {
    assert.ok(!isDateTime(text), text);
  }
});
