import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  initialMachine,
  stepMachine,
  type MachineEffect,
  type MachineEvent,
  type MachineState,
} from "./process-machine.ts";

function run(events: readonly MachineEvent[]): { state: MachineState; effects: MachineEffect[] } {
  let state = initialMachine(0);
  const effects: MachineEffect[] = [];
  for (const event of events) {
    const step = stepMachine(state, event);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

const up: readonly MachineEvent[] = [{ kind: "start" }, { kind: "spawned", pid: 7 }, { kind: "ready" }];

test("stepMachine keeps the first termination reason", () => {
  const { state } = run([...up, { kind: "stop", reason: "hung" }, { kind: "stop", reason: "shutdown" }]);
  assert.deepEqual(state, { phase: { kind: "stopping", pid: 7 }, wanted: false, reason: "hung", starts: 1 });
});

test("stepMachine starts a hung process again but not one that was stopped meanwhile", () => {
  const hung = run([...up, { kind: "stop", reason: "hung" }, { kind: "exited", pid: 7 }]);
  assert.equal(hung.state.phase.kind, "backoff");
  const stopped = run([
    ...up,
    { kind: "stop", reason: "hung" },
    { kind: "stop", reason: "stopped" },
    { kind: "exited", pid: 7 },
  ]);
  assert.equal(stopped.state.phase.kind, "stopped");
});

test("stepMachine gives up a start when the stop comes before the program runs", () => {
  const { state, effects } = run([{ kind: "start" }, { kind: "stop", reason: "stopped" }, { kind: "not-spawned" }]);
  assert.deepEqual(state, { phase: { kind: "stopped" }, wanted: false, starts: 1 });
  assert.equal(effects.filter(({ kind }) => kind === "terminate").length, 0);
});

test("stepMachine kills what does not obey, and only that", () => {
  const kills = run([...up, { kind: "stop", reason: "stopped" }, { kind: "timer", timer: "stop" }]).effects;
  assert.deepEqual(kills.slice(-2), [
    { kind: "kill", pid: 7 },
    { kind: "timer", timer: "abandon" },
  ]);
  assert.deepEqual(run([...up, { kind: "timer", timer: "stop" }]).effects.at(-1), { kind: "timer", timer: "healthy" });
});

test("stepMachine waits for no process that not even SIGKILL ends, and takes its late end for nobody else's", () => {
  const killed: readonly MachineEvent[] = [
    { kind: "timer", timer: "stop" },
    { kind: "timer", timer: "abandon" },
  ];
  const stopped = run([...up, { kind: "stop", reason: "stopped" }, ...killed]);
  assert.equal(stopped.state.phase.kind, "stopped");
  assert.deepEqual(stopped.effects.slice(-2), [
    { kind: "abandon", pid: 7 },
    { kind: "timer", timer: "none" },
  ]);
  const hung = [...up, { kind: "stop", reason: "hung" } as const, ...killed];
  const again = run([
    ...hung,
    { kind: "timer", timer: "backoff" },
    { kind: "spawned", pid: 8 },
    { kind: "exited", pid: 7 },
  ]);
  assert.deepEqual(again.state.phase, { kind: "starting", pid: 8 });
});

const anyEvent: fc.Arbitrary<MachineEvent> = fc.oneof(
  fc.constantFrom<MachineEvent>(
    { kind: "start" },
    { kind: "not-spawned" },
    { kind: "ready" },
    { kind: "exited", pid: 7 },
  ),
  fc.constant<MachineEvent>({ kind: "spawned", pid: 7 }),
  fc.record({
    kind: fc.constant("stop" as const),
    reason: fc.constantFrom("stopped", "hung", "shutdown", "config-changed"),
  }),
  fc.record({ kind: fc.constant("timer" as const), timer: fc.constantFrom("stop", "abandon", "backoff", "healthy") }),
);

test("stepMachine after a final stop ends in stopped once the process is gone, and never spawns again", () => {
  fc.assert(
    fc.property(
      fc.array(anyEvent),
      fc.array(anyEvent.filter(({ kind }) => kind !== "start" && kind !== "spawned")),
      (before, after) => {
        let state = run(before).state;
        state = stepMachine(state, { kind: "stop", reason: "shutdown" }).state;
        for (const event of [...after, { kind: "exited", pid: 7 }, { kind: "not-spawned" }] as const) {
          const step = stepMachine(state, event);
          assert.ok(!step.effects.some(({ kind }) => kind === "spawn"));
          state = step.state;
        }
        assert.equal(state.phase.kind, "stopped");
      },
    ),
  );
});

test("stepMachine always has a way out: a wanted process that ended is in backoff with its timer armed", () => {
  fc.assert(
    fc.property(fc.array(anyEvent), (events) => {
      let state = initialMachine(0);
      for (const event of events) {
        const step = stepMachine(state, event);
        if (step.state.phase.kind === "backoff" && state.phase.kind !== "backoff") {
          assert.deepEqual(step.effects.at(-1), { kind: "timer", timer: "backoff" });
        }
        state = step.state;
      }
    }),
  );
});
