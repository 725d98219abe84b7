import type { ProcessReport } from "@ptp/node";
import type { DpllStatus, GnssStatus } from "@ptp/ptp";
import type { LeapObservation } from "../leap/leap-book.ts";
import type { PtpClockObservation } from "../ptp-clock.ts";

/** Anything that tells something of a node's clocks; `process` is a process key of the plan. */
export type NodeInput =
  /** A program wrote a line. */
  | { readonly source: "line"; readonly process: string; readonly line: string }
  /** One round of questions to a ptp4l; a silent one brings a tick alone. */
  | {
      readonly source: "management";
      readonly process: string;
      readonly observations: readonly PtpClockObservation[];
    }
  | { readonly source: "process"; readonly report: ProcessReport }
  | { readonly source: "dpll"; readonly process: string; readonly status: DpllStatus }
  | { readonly source: "gnss"; readonly process: string; readonly status: GnssStatus }
  /** A leap second list came or went, or a receiver tells of a leap second. */
  | { readonly source: "leap"; readonly observation: LeapObservation }
  /** Nothing happened but time. */
  | { readonly source: "tick" };
