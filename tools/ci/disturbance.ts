import { readProcessorTime, stolenShare, type ProcessorTime } from "../lab/processor-time.ts";
import type { StallWatch } from "../lab/stall-watch.ts";

/** Begins to watch; what it returns tells what may have kept programs waiting since then. */
export type WatchDisturbance = () => () => string | undefined;

/** From here on a failure may be the other guests'; a few percent explain none. A machine that is nobody's guest has 0. */
const stolenLimit = 0.2;

/** Watches how long the machine stood still and what other guests took of it. */
export function disturbanceWatch(
  stalls: Pick<StallWatch, "stallsMs">,
  read: () => ProcessorTime = () => readProcessorTime(),
): WatchDisturbance {
  return () => {
    const stallsBefore = stalls.stallsMs.length;
    const from = read();
    return () => {
      const during = stalls.stallsMs.slice(stallsBefore);
      if (during.length > 0) return `the machine stood still for ${during.join(", ")} ms`;
      const share = stolenShare(from, read());
      return share < stolenLimit ? undefined : `other guests took ${Math.round(share * 100)} % of the processors`;
    };
  };
}
