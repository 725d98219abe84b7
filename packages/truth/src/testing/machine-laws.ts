import assert from "node:assert/strict";
import fc from "fast-check";
import type { Instant } from "@ptp/node";
import type { SyncChange, SyncStatus } from "../sync-machine.ts";

/** What every state machine of a clock looks like to the laws it has to keep. */
export interface Machine<S, O> {
  readonly initial: (now: Instant) => S;
  readonly step: (state: S, observation: O, now: Instant) => MachineStep<S>;
  readonly statusOf: (state: S) => SyncStatus;
  readonly tick: O;
}

/** One step of a machine; `change` is that of its own state, `others` those of its parts. */
export interface MachineStep<S> {
  readonly state: S;
  readonly change?: SyncChange | undefined;
  readonly others?: readonly { readonly cause: readonly string[] }[];
  readonly nextTickMs?: number | undefined;
}

/** A moment of a test: milliseconds since it began. */
export const at = (monotonicMs: number): Instant => ({ monotonicMs, unixMs: 1_700_000_000_000 + monotonicMs });

/** Laws of a machine beyond those that all keep. */
export interface ExtraLaws<S, O> {
  /** Called after each step. */
  readonly after?: (before: S, observation: O, step: MachineStep<S>, nowMs: number) => void;
  readonly numRuns?: number;
}

/**
 * Runs random observations through a machine and checks what holds for every one: equal input gives equal output; a state
 * changes only with a change record, which has its cause; HOLDOVER has an end and comes to it if nothing happens but time;
 * and the next tick is neither late nor needless.
 */
export function keepsLaws<S, O>(
  machine: Machine<S, O>,
  observations: fc.Arbitrary<O>,
  { after, numRuns = 300 }: ExtraLaws<S, O> = {},
): void {
  const passed = fc.oneof(fc.nat({ max: 1200 }), fc.nat({ max: 60_000 }), fc.constant(20_000_000));
  const sequences = fc.array(fc.tuple(observations, passed), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(sequences, (sequence) => {
      let nowMs = 1000;
      let state = machine.initial(at(nowMs));
      let nextTickMs: number | undefined;
      for (const [observation, passedMs] of sequence) {
        if (nextTickMs !== undefined && nowMs + passedMs >= nextTickMs) {
          checkNotEarly(machine, state, nowMs, nextTickMs);
        }
        nowMs += passedMs;
        const step = machine.step(state, observation, at(nowMs));
        assert.deepEqual(machine.step(state, observation, at(nowMs)), step, "equal input, equal output");
        checkStep(machine, state, step, nowMs);
        after?.(state, observation, step, nowMs);
        ({ state, nextTickMs } = step);
      }
      checkHoldoverEnds(machine, state, nowMs, nextTickMs);
    }),
    { numRuns },
  );
}

function checkStep<S, O>(machine: Machine<S, O>, before: S, step: MachineStep<S>, nowMs: number): void {
  const from = machine.statusOf(before);
  const to = machine.statusOf(step.state);
  assert.equal(step.change === undefined, from.state === to.state, "a change if and only if the state changes");
  if (step.change !== undefined) {
    assert.deepEqual([step.change.from, step.change.to], [from.state, to.state]);
    assert.deepEqual([step.change.at, to.since], [at(nowMs), at(nowMs)]);
  }
  for (const { cause } of [...(step.others ?? []), ...(step.change ? [step.change] : []), to]) {
    assert.ok(cause.length > 0 && cause.every((words) => words.length > 3), `has a cause: ${JSON.stringify(cause)}`);
  }
  assert.equal(to.state === "HOLDOVER", to.holdoverEndsMs !== undefined, "HOLDOVER and nothing else has an end");
  assert.ok(to.holdoverEndsMs === undefined || to.holdoverEndsMs > nowMs, "HOLDOVER is over when its time is");
  assert.ok(step.nextTickMs === undefined || step.nextTickMs > nowMs, "the next tick is yet to come");
}

/** Nothing changes before the moment that was told. */
function checkNotEarly<S, O>(machine: Machine<S, O>, state: S, nowMs: number, nextTickMs: number): void {
  const justBefore = machine.step(state, machine.tick, at(Math.max(nowMs, nextTickMs - 1)));
  assert.deepEqual(
    [justBefore.change, justBefore.others ?? []],
    [undefined, []],
    "nothing changes before the next tick",
  );
}

function checkHoldoverEnds<S, O>(
  machine: Machine<S, O>,
  last: S,
  nowMs: number,
  firstTickMs: number | undefined,
): void {
  let state = last;
  let nextTickMs = firstTickMs;
  for (let ticks = 0; nextTickMs !== undefined && ticks < 100; ticks += 1) {
    assert.ok(nextTickMs > nowMs);
    const step = machine.step(state, machine.tick, at(nextTickMs));
    ({ state, nextTickMs } = step);
  }
  assert.equal(nextTickMs, undefined, "ticks come to an end");
  assert.notEqual(machine.statusOf(state).state, "HOLDOVER", "HOLDOVER always ends");
}
