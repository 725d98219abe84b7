import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nearestName } from "./nearest-name.ts";
import { optionTable } from "./option-table.ts";

const names = [...(optionTable("ptp4l", "4.4")?.keys() ?? [])];

test("nearestName finds near names only", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["domianNumber", "domainNumber"],
    ["domainnumber", "domainNumber"],
    ["priorty1", "priority1"],
    ["logAnounceIntreval", "logAnnounceInterval"],
    ["spq", "spp"],
    ["logAnXounceXntervXl", "logAnnounceInterval"],
    ["logXnXounceXntervXl", undefined],
    ["x", undefined],
    ["", undefined],
    ["completely_different", undefined],
    ["a".repeat(100_000), undefined],
  ];
  for (const [name, expected] of cases) assert.equal(nearestName(name, names), expected, name.slice(0, 20));
});

test("nearestName gives every name itself, in any case", () => {
  for (const name of names) assert.equal(nearestName(name.toUpperCase(), names), name);
});

test("nearestName finds a long name after one swap", () => {
  const long = names.filter((name) => name.length > 10);
  fc.assert(
    fc.property(fc.constantFrom(...long), fc.nat({ max: 8 }), (name, at) => {
      const swapped = name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2);
      assert.ok(nearestName(swapped, [name]) === name);
    }),
  );
});
