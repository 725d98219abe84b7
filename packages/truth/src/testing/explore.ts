import fc from "fast-check";
import { at, type Machine } from "./machine-laws.ts";

/** What names the state that a diagram shows. */
export type StateName<S> = (state: S) => string;

const stepsPerRun = 60;

/**
 * The transitions that a machine makes under many observations at many moments, as `from --> to`, from `[*]` on. The seed is
 * fixed: the same machine gives the same transitions.
 */
export function transitionsOf<S, O>(
  machine: Pick<Machine<S, O>, "initial" | "step">,
  observations: fc.Arbitrary<O>,
  { nameOf, runs = 200 }: { readonly nameOf: StateName<S>; readonly runs?: number },
): ReadonlySet<string> {
  const passed = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(1, 10, 100, 100, 500, 1000) },
    { weight: 1, arbitrary: fc.constantFrom(3000, 6000, 40_000, 1_000_000, 20_000_000) },
  );
  const steps = fc.array(fc.tuple(observations, passed), { minLength: stepsPerRun, maxLength: stepsPerRun });
  const seen = new Set<string>();
  for (const run of fc.sample(steps, { seed: 20_261_121, numRuns: runs })) {
    let nowMs = 1000;
    let state = machine.initial(at(nowMs));
    seen.add(`[*] --> ${nameOf(state)}`);
    for (const [observation, passedMs] of run) {
      nowMs += passedMs;
      const after = machine.step(state, observation, at(nowMs)).state;
      if (nameOf(after) !== nameOf(state)) seen.add(`${nameOf(state)} --> ${nameOf(after)}`);
      state = after;
    }
  }
  return seen;
}
