import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../connection/api-error.ts";
import { firstState, nextStep, type Outcome } from "./next-step.ts";

const error = (status: number, retryAfterMs?: number) =>
  new ApiError("transient", "x", { status, ...(retryAfterMs !== undefined && { retryAfterMs }) });
const watching = { phase: "watch", failedWatches: 0 } as const;

test("nextStep: list, watch, watch again where the last one ended", () => {
  const first = nextStep(firstState, { type: "listed" });
  assert.deepEqual(first, { state: watching, delay: { type: "none" } });
  assert.deepEqual(nextStep(watching, { type: "ended", sawBytes: true }), first);
  assert.deepEqual(nextStep(watching, { type: "silent", sawBytes: true }), first);
});

test("nextStep: watches that open and then tell nothing at all are no copy of anything: after five it is listed", () => {
  let state: typeof firstState = watching;
  const phases: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    const step = nextStep(state, { type: "silent", sawBytes: false });
    assert.deepEqual(step.delay, { type: "none" }, "silence itself was the wait");
    ({ state } = step);
    phases.push(state.phase);
  }
  assert.deepEqual(phases, ["watch", "watch", "watch", "watch", "list"]);
});

test("nextStep: a forgotten version is listed anew, after a wait", () => {
  const { state, delay } = nextStep(watching, { type: "stale", error: error(410) });
  assert.deepEqual([state, delay], [firstState, { type: "backoff", atLeastMs: 0 }]);
});

test("nextStep: Retry-After is a lower bound", () => {
  const { delay } = nextStep(firstState, { type: "failed", error: error(429, 3000) });
  assert.deepEqual(delay, { type: "backoff", atLeastMs: 3000 });
});

test("nextStep: after five watches without a byte the version is in doubt", () => {
  let state: typeof firstState = watching;
  const phases: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    ({ state } = nextStep(state, { type: "failed", error: error(0) }));
    phases.push(state.phase);
  }
  assert.deepEqual(phases, ["watch", "watch", "watch", "watch", "list"]);
});

test("nextStep: never two requests without a wait or a byte between them, and always back to a list in the end", () => {
  const outcome: fc.Arbitrary<Outcome> = fc.oneof(
    fc.constant<Outcome>({ type: "ended", sawBytes: false }),
    fc.constant<Outcome>({ type: "failed", error: error(500) }),
    fc.constant<Outcome>({ type: "stale" }),
  );
  fc.assert(
    fc.property(fc.array(outcome, { minLength: 5, maxLength: 5 }), (outcomes) => {
      let state: typeof firstState = watching;
      let lists = 0;
      for (const one of outcomes) {
        const step = nextStep(state, one);
        assert.equal(step.delay.type, "backoff");
        ({ state } = step);
        if (state.phase === "list") lists += 1;
      }
      assert.ok(lists > 0);
    }),
  );
});
