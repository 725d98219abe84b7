import type { ClockLimits } from "../clock-limits.ts";
import type { DpllOptions } from "../dpll/dpll-clock.ts";
import type { HoldoverParameters } from "../dpll/holdover-parameters.ts";
import type { InSync } from "./upstream-ports.ts";

/** What a T-BC is configured to be. */
export interface TbcOptions {
  readonly limits: ClockLimits;
  readonly holdover: HoldoverParameters;
  readonly inSync: InSync;
  /** Interfaces that may receive time; others of the same ptp4l are not looked at. */
  readonly upstreamPorts: readonly string[];
  /** The leading one with source `ptp4l`; none on hardware without. */
  readonly dplls: readonly DpllOptions[];
  /** False on a T-TSC: no profile gives its time on. */
  readonly givesTime: boolean;
}
