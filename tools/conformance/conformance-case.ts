import type { Trial } from "./trial.ts";

/** One thing that a producer must do. */
export interface ConformanceCase {
  /** `TC…`: O-RAN's conformance test; `R…`, `I…`, `D…`: the project's vectors; `A…`: of this suite alone. */
  readonly id: string;
  readonly title: string;
  /** What it asks for beyond the existing producer, which is not asked. */
  readonly isNew?: boolean;
  /** It deletes what others have subscribed to. */
  readonly needsAlone?: boolean;
  /** @throws what is wrong, or Skip. */
  run(trial: Trial): Promise<void>;
}
