import type { Ptp4lInstance } from "@ptp/plan";
import type { ManagementResponse } from "@ptp/ptp";
import type { PtpClockObservation } from "@ptp/truth";

/**
 * What news of a port decide by themselves; undefined: nothing, ask. A ptp4l closes the sockets of a faulty port right after
 * it has told of it, and answers nothing until the kernel is done with that, 15 to 30 ms later. One port has none beside it
 * that could take over meanwhile: its clock has lost its source whatever the answers will be.
 */
export function faultyPort(
  news: ManagementResponse,
  { interfaces }: Pick<Ptp4lInstance, "interfaces">,
): PtpClockObservation | undefined {
  if (news.id !== "PORT_DATA_SET" || news.body.portState !== "FAULTY" || interfaces.length !== 1) return undefined;
  const { portIdentity, portState: state, logSyncInterval } = news.body;
  return { kind: "port", number: portIdentity.portNumber, state, logSyncInterval };
}
