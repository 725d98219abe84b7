import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { createEventGate } from "./event-gate.ts";
import type { Happening } from "./happening.ts";

const happening = (name: string, note: string, action = "Apply"): Happening => ({
  regarding: { apiVersion: "v1", kind: "Node", metadata: { name } },
  type: "Normal",
  reason: "Applied",
  action,
  note,
});

test("event gate: only transitions, per object and action", () => {
  const gate = createEventGate();
  const ask = (...given: Parameters<typeof happening>) => gate.ask(happening(...given), 0);
  assert.deepEqual(
    [ask("a", "1"), ask("a", "1"), ask("b", "1"), ask("a", "1", "Check"), ask("a", "2"), ask("a", "1")],
    ["told", "same", "told", "told", "told", "told"],
  );
});

test("event gate: an object made anew begins anew", () => {
  const gate = createEventGate();
  const of = (uid: string): Happening => {
    const plain = happening("a", "1");
    return { ...plain, regarding: { ...plain.regarding, metadata: { name: "a", uid } } };
  };
  assert.deepEqual([gate.ask(of("1"), 0), gate.ask(of("1"), 0), gate.ask(of("2"), 0)], ["told", "same", "told"]);
});

test("event gate: what flaps is bounded, and is told again when there is room", () => {
  const gate = createEventGate({ burst: 3, refillMs: 1000 });
  const answers = [1, 2, 3, 4].map((note) => gate.ask(happening("a", String(note)), 0));
  assert.deepEqual(answers, ["told", "told", "told", "limited"]);
  assert.equal(gate.ask(happening("b", "1"), 0), "told");
  assert.equal(gate.ask(happening("a", "4"), 999), "limited");
  assert.equal(gate.ask(happening("a", "4"), 1000), "told");
  assert.equal(gate.ask(happening("a", "5"), 1000), "limited");
});

test("event gate: never more than burst plus one a period", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(500), { maxLength: 200 }), (gaps) => {
      const gate = createEventGate({ burst: 5, refillMs: 1000 });
      let nowMs = 0;
      let told = 0;
      for (const [index, gap] of gaps.entries()) {
        nowMs += gap;
        if (gate.ask(happening("a", String(index)), nowMs) === "told") told += 1;
      }
      assert.ok(told <= 5 + Math.floor(nowMs / 1000));
    }),
  );
});

test("event gate: forgets the object that was quiet for longest", () => {
  const gate = createEventGate({ objects: 2 });
  for (const name of ["a", "b", "a", "c"]) gate.ask(happening(name, "1"), 0);
  assert.equal(gate.ask(happening("a", "1"), 0), "same");
  assert.equal(gate.ask(happening("b", "1"), 0), "told");
});
