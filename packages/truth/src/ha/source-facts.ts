import type { PtpClock } from "../ptp-clock.ts";
import type { SourceFacts } from "./source-health.ts";

/**
 * What the clock of a ptp4l is worth as a source. `isLinkUp` tells of interfaces, undefined of one that is not known, which
 * does not count as down. A clock that is its own grandmaster offers no class: it has no source.
 */
export function sourceFactsOf(
  clock: PtpClock,
  interfaces: readonly string[],
  isLinkUp: (interfaceName: string) => boolean | undefined,
): SourceFacts {
  const { process, ports, receiverPort, status, defaultDataSet, parentDataSet } = clock;
  const nameOf = (number: number) => ports.get(number)?.interfaceName || (interfaces[number - 1] ?? "");
  const relevant = receiverPort === undefined ? interfaces : [nameOf(receiverPort)];
  const follows =
    parentDataSet !== undefined && parentDataSet.parentPortIdentity.clockIdentity !== defaultDataSet?.clockIdentity;
  const clockClass = follows ? parentDataSet.grandmasterClockClass : undefined;
  return {
    processUp: process.up,
    linkUp: relevant.length === 0 || relevant.some((name) => isLinkUp(name) !== false),
    state: status.state,
    ...(clockClass !== undefined && { clockClass }),
  };
}
