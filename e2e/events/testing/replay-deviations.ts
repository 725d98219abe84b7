import type { VectorStep } from "./event-vectors.ts";

/** What is shown otherwise on purpose in one case. */
export interface ReplayDeviation {
  /** For people; docs/compatibility.md tells it to users. */
  readonly because: string;
  /** What is expected instead, by number of the step. */
  readonly steps: Readonly<Record<number, VectorStep>>;
}

/** Cases that an agent plays otherwise than the existing stack, by id. */
export const replayDeviations: Readonly<Record<string, ReplayDeviation>> = {};
