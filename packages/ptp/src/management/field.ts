import { readClockIdentity, writeClockIdentity, type ClockIdentity } from "../clock/clock-identity.ts";
import { readPortIdentity, writePortIdentity, type PortIdentity } from "../clock/port-identity.ts";
import { portStateCode, portStateFromCode, type PortState } from "../clock/port-state.ts";

/** One field at a fixed place of a data set, big-endian as everything in IEEE 1588. */
export interface Field<T> {
  /** Offset of its first byte. */
  readonly at: number;
  /** The value, or undefined if the bytes hold none. The caller has checked that the bytes are there. */
  readonly read: (view: DataView) => T | undefined;
  /** Writes `value` into zeroed bytes; throws a RangeError for no value of this field. */
  readonly write: (view: DataView, value: T) => void;
}

function integer(at: number, bits: number, signed: boolean): Field<number> {
  const min = signed ? -(2 ** (bits - 1)) : 0;
  const max = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  const bytes = bits / 8;
  return {
    at,
    read: (view) => {
      let value = 0;
      for (let i = 0; i < bytes; i++) value = value * 256 + view.getUint8(at + i);
      return value > max ? value - 2 ** bits : value;
    },
    write: (view, value) => {
      if (!Number.isInteger(value) || value < min || value > max) {
        throw new RangeError(`${value} at byte ${at} is not an integer from ${min} to ${max}`);
      }
      for (let i = 0; i < bytes; i++) view.setUint8(at + i, Math.floor(value / 256 ** (bytes - 1 - i)) & 0xff);
    },
  };
}

/** Unsigned byte. */
export const uint8 = (at: number): Field<number> => integer(at, 8, false);
/** Signed byte, such as a log2 interval. */
export const int8 = (at: number): Field<number> => integer(at, 8, true);
/** Unsigned 16-bit integer. */
export const uint16 = (at: number): Field<number> => integer(at, 16, false);
/** Signed 16-bit integer. */
export const int16 = (at: number): Field<number> => integer(at, 16, true);
/** Unsigned 32-bit integer. */
export const uint32 = (at: number): Field<number> => integer(at, 32, false);
/** Signed 32-bit integer. */
export const int32 = (at: number): Field<number> => integer(at, 32, true);

/** Signed 64-bit integer, exact. */
export const int64 = (at: number): Field<bigint> => ({
  at,
  read: (view) => view.getBigInt64(at),
  write: (view, value) => {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} at byte ${at} does not fit 64 bits`);
    view.setBigInt64(at, value);
  },
});

/** Signed 64-bit count of nanoseconds as a number: exact up to ±2^53 ns (104 days), rounded to a double beyond. */
export const nanoseconds = (at: number): Field<number> => scaled64(at, 1);

/** IEEE 1588 TimeInterval (2^-16 ns) as nanoseconds: exact up to ±2^37 ns (137 s), rounded to a double beyond. */
export const timeInterval = (at: number): Field<number> => scaled64(at, 65536);

function scaled64(at: number, unitsPerNs: number): Field<number> {
  const exact = int64(at);
  return {
    at,
    read: (view) => Number(exact.read(view)) / unitsPerNs,
    write: (view, value) => exact.write(view, BigInt(Math.round(value * unitsPerNs))),
  };
}

/** IEEE 1588 ScaledNs: signed 96-bit count of 2^-16 ns, exact. */
export const scaledNs = (at: number): Field<bigint> => ({
  at,
  read: (view) => (view.getBigInt64(at) << 32n) | BigInt(view.getUint32(at + 8)),
  write: (view, value) => {
    if (BigInt.asIntN(96, value) !== value) throw new RangeError(`${value} at byte ${at} does not fit 96 bits`);
    view.setBigInt64(at, value >> 32n);
    view.setUint32(at + 8, Number(value & 0xffff_ffffn));
  },
});

/** Bit `index` (0 is the lowest) of the byte at `at`; several share a byte. */
export const bit = (at: number, index: number): Field<boolean> => ({
  at,
  read: (view) => (view.getUint8(at) & (1 << index)) !== 0,
  write: (view, value) => view.setUint8(at, view.getUint8(at) | (value ? 1 << index : 0)),
});

/** linuxptp's 32-bit truth value. */
export const flag32 = (at: number): Field<boolean> => ({
  at,
  read: (view) => view.getUint32(at) !== 0,
  write: (view, value) => view.setUint32(at, value ? 1 : 0),
});

/** Eight bytes of a clock identity. */
export const clockIdentity = (at: number): Field<ClockIdentity> => ({
  at,
  read: (view) => readClockIdentity(view, at),
  write: (view, value) => writeClockIdentity(view, at, value),
});

/** Ten bytes of a port identity. */
export const portIdentity = (at: number): Field<PortIdentity> => ({
  at,
  read: (view) => readPortIdentity(view, at),
  write: (view, value) => writePortIdentity(view, at, value),
});

/** One byte of port state; other codes than 1 to 10 hold no value. */
export const portState = (at: number): Field<PortState> => ({
  at,
  read: (view) => portStateFromCode(view.getUint8(at)),
  write: (view, value) => view.setUint8(at, portStateCode(value)),
});
