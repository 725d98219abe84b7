import { readProcessorTime, shortage } from "../lab/processor-time.ts";
import type { ProcessorTime } from "../lab/processor-time.ts";
import type { StallWatch } from "../lab/stall-watch.ts";

/** Begins to watch; what it returns tells why programs were late since then for no reason of their own, if they were. */
export type WatchDisturbance = () => () => string | undefined;

/** From here on a failure may be the machine's, as parts of one. A machine of one's own that is not overloaded has 0. */
const stolenLimit = 0.05;
const waitedLimit = 0.5;

/** Watches how long the machine stood still, what other guests took of it and how busy it was. */
export function disturbanceWatch(
  stalls: Pick<StallWatch, "stallsMs">,
  read: () => ProcessorTime = readProcessorTime,
): WatchDisturbance {
  return () => {
    const stallsBefore = stalls.stallsMs.length;
    const from = read();
    return () => {
      const during = stalls.stallsMs.slice(stallsBefore);
      if (during.length > 0) return `the machine stood still for ${during.join(", ")} ms`;
      const { stolenShare, waitedShare } = shortage(from, read());
      if (stolenShare >= stolenLimit) return `other guests took ${percent(stolenShare)} of the processors`;
      if (waitedShare >= waitedLimit) return `programs waited for a processor ${percent(waitedShare)} of the time`;
      return undefined;
    };
  };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
