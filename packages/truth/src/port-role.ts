import type { PortState } from "@ptp/ptp";

/**
 * Values of `openshift_ptp_interface_role`. 0 to 5 are those of the existing stack; a port on its way has values of its own
 * after them, so that acquiring does not look like a fault.
 */
export const roleByPortState: Readonly<Record<PortState, number>> = {
  PASSIVE: 0,
  TIME_RECEIVER: 1,
  TIME_TRANSMITTER: 2,
  GRANDMASTER: 2,
  FAULTY: 3,
  LISTENING: 5,
  UNCALIBRATED: 6,
  PRE_TIME_TRANSMITTER: 7,
  DISABLED: 8,
  INITIALIZING: 9,
};
