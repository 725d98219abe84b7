import { isDeepStrictEqual } from "node:util";
import type { PtpClock } from "@ptp/truth";

/** Whether reports show the clock otherwise. Offsets alone are no news: reports tell them with a state change and at their own slow pace. */
export function isReported(before: PtpClock, after: PtpClock): boolean {
  if (before === after) return false;
  return (
    before.status.state !== after.status.state ||
    isOther(before.status.cause, after.status.cause) ||
    isOther(before.parentDataSet, after.parentDataSet) ||
    before.defaultDataSet?.clockClass !== after.defaultDataSet?.clockClass ||
    before.heardClass !== after.heardClass ||
    (before.ports !== after.ports && isOther(portStates(before), portStates(after)))
  );
}

/** Asked for every line: most of the time it is the same one. */
function isOther(before: unknown, after: unknown): boolean {
  return before !== after && !isDeepStrictEqual(before, after);
}

function portStates(clock: PtpClock): readonly string[] {
  return [...clock.ports].map(([number, port]) => `${number} ${port.interfaceName} ${port.state}`);
}
