declare const clockIdentityBrand: unique symbol;

/**
 * Identity of a clock (EUI-64, IEEE 1588-2019 clause 7.5.2.2) in linuxptp's text form, lower case: `4628ea.fffe.02aa96`.
 * Equal clocks have equal text, so `===` compares and the value serves as a map key.
 */
export type ClockIdentity = string & { readonly [clockIdentityBrand]: true };

/** Bytes of a clock identity on the wire. */
export const clockIdentityBytes = 8;

const textForm = /^([0-9a-f]{6})\.([0-9a-f]{4})\.([0-9a-f]{6})$/i;

/** The clock identity written in `text` (`4628ea.fffe.02aa96`, any case), or undefined if it is none. */
export function parseClockIdentity(text: string): ClockIdentity | undefined {
  return textForm.test(text) ? (text.toLowerCase() as ClockIdentity) : undefined;
}

/** Reads the eight bytes at offset `at`. The caller has checked that they are there. */
export function readClockIdentity(view: DataView, at: number): ClockIdentity {
  const [high, low] = [hex32(view.getUint32(at)), hex32(view.getUint32(at + 4))];
  return `${high.slice(0, 6)}.${high.slice(6)}${low.slice(0, 2)}.${low.slice(2)}` as ClockIdentity;
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, "0");
}

/** Writes the eight bytes of `identity` at offset `at`. */
export function writeClockIdentity(view: DataView, at: number, identity: ClockIdentity): void {
  const [high, middle, low] = [identity.slice(0, 6), identity.slice(7, 11), identity.slice(12)];
  view.setUint16(at, Number.parseInt(high.slice(0, 4), 16));
  view.setUint32(at + 2, Number.parseInt(high.slice(4) + middle + low.slice(0, 2), 16));
  view.setUint16(at + 6, Number.parseInt(low.slice(2), 16));
}
