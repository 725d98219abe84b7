import { setImmediate } from "node:timers/promises";
import type { Clock } from "../clock.ts";

/** A clock that a test moves. */
export interface VirtualClock extends Clock {
  /** Lets what can run run, then goes on to each timer in turn, until `deltaMs` later. */
  advance(deltaMs: number): Promise<void>;
  /** Goes on without a single timer having run, as for a process that stood still. */
  jump(deltaMs: number): void;
}

/** Creates a clock that starts at `startMs`. */
export function createVirtualClock(startMs = 0): VirtualClock {
  let now = startMs;
  let sequence = 0;
  const timers = new Map<number, { readonly atMs: number; readonly run: () => void }>();
  const next = () => [...timers].toSorted(([a, left], [b, right]) => left.atMs - right.atMs || a - b)[0];
  return {
    now: () => now,
    after: (delayMs, run) => {
      sequence += 1;
      const id = sequence;
      timers.set(id, { atMs: now + Math.max(0, delayMs), run });
      return () => void timers.delete(id);
    },
    jump: (deltaMs) => void (now += deltaMs),
    advance: async (deltaMs) => {
      const end = now + deltaMs;
      await setImmediate();
      for (let due = next(); due !== undefined && due[1].atMs <= end; due = next()) {
        timers.delete(due[0]);
        now = Math.max(now, due[1].atMs);
        due[1].run();
        await setImmediate();
      }
      now = end;
    },
  };
}
