import assert from "node:assert/strict";
import test from "node:test";
import type { NodeProfile, RunIds } from "@ptp/node";
import fc from "fast-check";
import { assignRunIds } from "./run-ids.ts";

const profile = fc.record({
  name: fc.constantFrom("a", "b", "c", "d", "e", "__proto__", "constructor"),
  phc2sysOpts: fc.constantFrom("", "-a -r"),
});
const profileSet = fc.uniqueArray(profile, { selector: ({ name }) => name });

test("a new profile gets the smallest number that is neither assigned nor still in use", () => {
  const profiles: NodeProfile[] = [{ name: "a" }, { name: "b" }, { name: "c" }];
  assert.deepEqual(assignRunIds(profiles, { b: 1 }, new Set([0, 3])), { a: 2, b: 1, c: 4 });
  assert.deepEqual(assignRunIds(profiles, { b: 1 }), { a: 0, b: 1, c: 2 });
});

test("numbers of living profiles may be among those in use", () => {
  assert.deepEqual(assignRunIds([{ name: "a" }, { name: "b" }], { b: 0 }, new Set([0])), { a: 1, b: 0 });
});

test("a damaged record loses only what is wrong in it", () => {
  const profiles: NodeProfile[] = [{ name: "a" }, { name: "b" }, { name: "c" }, { name: "d" }];
  assert.deepEqual(assignRunIds(profiles, { a: -1, b: 1.5, c: 2, d: 2 }), { a: 0, b: 1, c: 2, d: 3 });
});

test("on a fresh node the order of the profiles does not matter", () => {
  fc.assert(
    fc.property(
      profileSet.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
      ([list, shuffled]) => {
        const runIds = assignRunIds(list, {});
        assert.deepEqual(assignRunIds(shuffled, {}), runIds);
        assert.deepEqual(
          Object.values(runIds).toSorted((x, y) => x - y),
          list.map((_, index) => index),
        );
      },
    ),
  );
});

test("through any sequence of adding and removing, living profiles keep their numbers and no two share one", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(profileSet, fc.boolean()), { maxLength: 12 }), (steps) => {
      let runIds: RunIds = {};
      let freed = new Set<number>();
      for (const [profiles, isCleaned] of steps) {
        const next = assignRunIds(profiles, runIds, freed);
        for (const [name, id] of Object.entries(next)) {
          if (Object.hasOwn(runIds, name)) assert.equal(id, runIds[name]);
          else assert.ok(!freed.has(id), `${name} got ${id}, whose files are still there`);
        }
        assert.equal(new Set(Object.values(next)).size, profiles.length);
        const gone = Object.entries(runIds).filter(([name]) => !Object.hasOwn(next, name));
        freed = isCleaned ? new Set() : new Set([...freed, ...gone.map(([, id]) => id)]);
        runIds = next;
      }
    }),
  );
});
