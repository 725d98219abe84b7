import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { decideRollout } from "./decide-rollout.ts";
import { formatJournal, parseJournal } from "./journal.ts";
import type { UpdateSettings } from "./rollout-view.ts";
import { SimulatedNodes, type Behaviour } from "./testing/simulated-nodes.ts";

const delay = fc.integer({ min: 0, max: 9 });

const behaviour = (isBroken: fc.Arbitrary<boolean>): fc.Arbitrary<Behaviour> =>
  fc.record({
    clocks: fc.constantFrom("synchronized", "synchronized", "out", "none"),
    delays: fc.tuple(delay, delay, delay, delay, delay),
    isBroken,
    loss: fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 100 })),
  });

const run = (isBroken: fc.Arbitrary<boolean>) =>
  fc.record({
    behaviours: fc.array(behaviour(isBroken), { minLength: 1, maxLength: 7 }),
    limit: fc.integer({ min: 1, max: 3 }),
    onDeadline: fc.constantFrom("stop" as const, "continue" as const),
    /** Passes of a leader that ends between its note and its deletions. */
    cuts: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
  });

const settingsOf = (limit: number, onDeadline: UpdateSettings["onDeadline"] = "stop"): UpdateSettings => ({
  maxUnavailable: limit,
  deadlineMs: 60_000,
  onDeadline,
});

test("decideRollout: whatever happens, no more nodes are without time because of it than the limit says", () => {
  fc.assert(
    fc.property(run(fc.boolean()), ({ behaviours, limit, cuts }) => {
      const nodes = new SimulatedNodes(behaviours);
      for (let step = 0; step < 400; step += 1) {
        const decision = decideRollout(nodes.view(settingsOf(limit)));
        nodes.carryOut(decision, cuts[step % cuts.length] === true);
        assert.ok(nodes.outByUs().length <= limit, `at ${step} s: ${nodes.outByUs().join()}`);
        assert.deepEqual(parseJournal(formatJournal(nodes.journal)), nodes.journal);
        nodes.tick();
      }
    }),
    { numRuns: 200 },
  );
});

test("decideRollout: where all nodes come back all are updated", () => {
  fc.assert(
    fc.property(run(fc.constant(false)), ({ behaviours, limit, onDeadline }) => {
      const nodes = new SimulatedNodes(behaviours);
      const settings = settingsOf(limit, onDeadline);
      for (let step = 0; step < 1500; step += 1) {
        nodes.carryOut(decideRollout(nodes.view(settings)), false);
        nodes.tick();
      }
      const { facts, journal } = decideRollout(nodes.view(settings));
      assert.deepEqual(facts, { state: "updated", outdated: 0, message: "" });
      assert.equal(formatJournal(journal), undefined, "nothing is kept");
    }),
    { numRuns: 100 },
  );
});

test("decideRollout: where a node does not come back, it stops at the deadline and begins with nobody else", () => {
  const healthy = { clocks: "synchronized", delays: [1, 1, 1, 1, 1], isBroken: false, loss: [0, 0] } as const;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 6 }), (broken, count) => {
      const nodes = new SimulatedNodes(
        Array.from({ length: Math.max(count, broken + 1) }, (_, index) => ({ ...healthy, isBroken: index === broken })),
      );
      const begun = new Set<string>();
      for (let step = 0; step < 300; step += 1) {
        const decision = decideRollout(nodes.view(settingsOf(1)));
        for (const { nodeName } of decision.replace) begun.add(nodeName);
        nodes.carryOut(decision, false);
        nodes.tick();
      }
      const { facts } = decideRollout(nodes.view(settingsOf(1)));
      assert.equal(facts.state, "stalled");
      assert.match(facts.message, new RegExp(`n${broken} waits for its clocks to be synchronized`));
      assert.equal(begun.size, broken + 1, "those before it in order, and itself");
    }),
    { numRuns: 30 },
  );
});
