import type { SyncStatus } from "../sync-machine.ts";
import { initialOverall } from "../overall/overall-state.ts";

/** What is decided at the end of each step of a node, from the states of all its clocks. */
export interface Conclusions {
  /** The node as a whole. */
  readonly overall: SyncStatus;
  /** When time alone may change what was concluded, in monotonic milliseconds. */
  readonly dueMs: number;
}

/** Before the first step: it is due at once. */
export const notConcluded: Conclusions = {
  overall: initialOverall({ monotonicMs: 0, unixMs: 0 }),
  dueMs: Number.NEGATIVE_INFINITY,
};
