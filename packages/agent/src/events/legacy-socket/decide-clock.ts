import type { OutsideState } from "@ptp/truth";

/** A sample of a clock, as its program reports it. */
export interface ClockSample {
  readonly reported: OutsideState;
  readonly inRange: boolean;
}

/**
 * The state of a clock after a sample: events.md's decision table. Samples out of range take a locked clock's state and do
 * not give it to others; what reports FREERUN in holdover waits for its end, which is told (that of the existing sidecar is not).
 */
export function decideClock(last: OutsideState | undefined, { reported, inRange }: ClockSample): OutsideState {
  switch (reported) {
    case "HOLDOVER":
      return "HOLDOVER";
    case "FREERUN":
      return last === "HOLDOVER" ? "HOLDOVER" : "FREERUN";
    case "LOCKED":
      if (inRange) return "LOCKED";
      return last === "HOLDOVER" ? "HOLDOVER" : "FREERUN";
  }
}
