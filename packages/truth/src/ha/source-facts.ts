import type { PtpClock } from "../ptp-clock.ts";
import type { SyncStatus } from "../sync-machine.ts";
import type { SourceFacts } from "./source-health.ts";

/**
 * What the clock of a ptp4l is worth as a source. `status`: of the source as a whole, of which the ptp4l may be a part. A
 * clock that is its own grandmaster offers no class: it has no source.
 */
export function sourceFactsOf(clock: PtpClock, status: SyncStatus): SourceFacts {
  const { process, ports, receiverPort, defaultDataSet, parentDataSet } = clock;
  const receiver = receiverPort === undefined ? undefined : ports.get(receiverPort);
  const relevant = receiver === undefined ? [...ports.values()] : [receiver];
  const follows =
    parentDataSet !== undefined && parentDataSet.parentPortIdentity.clockIdentity !== defaultDataSet?.clockIdentity;
  const clockClass = follows ? parentDataSet.grandmasterClockClass : undefined;
  const [cause] = status.cause;
  return {
    processUp: process.up,
    linkUp: relevant.length === 0 || relevant.some(({ state }) => state !== "FAULTY"),
    state: status.state,
    ...(status.state !== "LOCKED" && cause !== undefined && { cause }),
    ...(clockClass !== undefined && { clockClass }),
  };
}

/** Whether nothing that counts is another; `undefined`: nothing was told yet. */
export function isSameFacts(left: SourceFacts | undefined, right: SourceFacts): boolean {
  return (
    left !== undefined &&
    left.processUp === right.processUp &&
    left.linkUp === right.linkUp &&
    left.state === right.state &&
    left.cause === right.cause &&
    left.clockClass === right.clockClass
  );
}
