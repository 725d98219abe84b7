import { readFileSync } from "node:fs";
import type { VectorStep } from "./event-vectors.ts";

/** What is shown otherwise on purpose in one case. */
export interface ReplayDeviation {
  /** For people; docs/compatibility.md tells it to users. */
  readonly because: string;
  /** What is expected instead, by number of the step. */
  readonly steps: Readonly<Record<string, VectorStep>>;
}

const text = readFileSync(new URL("replay-deviations.json", import.meta.url), "utf8");

/** Cases that an agent plays otherwise than the existing stack, by id. */
export const replayDeviations = JSON.parse(text) as Readonly<Record<string, ReplayDeviation>>;
