import type { Snapshot } from "../world/snapshot.ts";
import type { World } from "../world/world.ts";

/** One visible thing that a step waits for. */
export interface Milestone {
  /** What is waited for, in words: told when it does not come. */
  readonly what: string;
  /** Looks at the newest snapshot; undefined: not yet. */
  readonly reached: (now: Snapshot) => Reached | undefined;
  /** A pause to look again after: it does not count as time the step took. */
  readonly isPause?: boolean;
}

/** When and how a milestone was reached. */
export interface Reached {
  readonly atUnixMs: number;
  /** What people are told; default the milestone's own words. */
  readonly told?: string;
}

/** What a step has done, and what must follow from it. */
export interface Acted {
  /** Where the durations of the step begin. */
  readonly atUnixMs: number;
  /** Reached in this order. */
  readonly milestones: readonly Milestone[];
  /** Looks at the nodes before and after; returns what should not have happened. */
  readonly findings?: (before: Snapshot, after: Snapshot) => readonly string[];
  /** Releases what the step used. */
  readonly end?: () => Promise<void>;
}

/** One step of the demo. */
export interface Step {
  readonly title: string;
  /** From the act to the last milestone. */
  readonly deadlineMs: number;
  readonly act: (world: World, before: Snapshot) => Promise<Acted>;
}

/** What became of a step. */
export interface StepResult {
  readonly title: string;
  readonly good: boolean;
  /** Milliseconds from the act to the last milestone. */
  readonly tookMs: number;
  /** What did not come in time or should not have happened. */
  readonly problems: readonly string[];
}
