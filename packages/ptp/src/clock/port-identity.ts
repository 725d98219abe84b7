import {
  clockIdentityBytes,
  parseClockIdentity,
  readClockIdentity,
  writeClockIdentity,
  type ClockIdentity,
} from "./clock-identity.ts";

/** Identity of a port (IEEE 1588-2019 clause 7.5.2): its clock and a number counted from 1; 0 is the clock itself. */
export interface PortIdentity {
  readonly clockIdentity: ClockIdentity;
  /** 0 to 65535; 65535 addresses all ports of a clock. */
  readonly portNumber: number;
}

/** Text form as linuxptp prints it: `4628ea.fffe.02aa96-1`. */
export function formatPortIdentity(identity: PortIdentity): string {
  return `${identity.clockIdentity}-${identity.portNumber}`;
}

/** The port identity written in `text` (`4628ea.fffe.02aa96-1`), or undefined if it is none. */
export function parsePortIdentity(text: string): PortIdentity | undefined {
  const match = /^([^-]{18})-(\d{1,5})$/.exec(text);
  const clockIdentity = parseClockIdentity(match?.[1] ?? "");
  const portNumber = Number(match?.[2]);
  return clockIdentity === undefined || portNumber > 0xffff ? undefined : { clockIdentity, portNumber };
}

/** Reads the ten bytes at offset `at`. The caller has checked that they are there. */
export function readPortIdentity(view: DataView, at: number): PortIdentity {
  return { clockIdentity: readClockIdentity(view, at), portNumber: view.getUint16(at + clockIdentityBytes) };
}

/** Writes the ten bytes of `identity` at offset `at`. */
export function writePortIdentity(view: DataView, at: number, identity: PortIdentity): void {
  writeClockIdentity(view, at, identity.clockIdentity);
  view.setUint16(at + clockIdentityBytes, identity.portNumber);
}
