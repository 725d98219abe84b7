import koffi from "koffi";

/** The part of the kernel's clock discipline that programs in a lab can change. */
export interface ClockSettings {
  /** Frequency correction in the kernel's unit, 2^-16 ppm. */
  readonly frequency: number;
  /** Microseconds per tick; 10000 is neutral. */
  readonly tick: number;
  /** STA_* bits. */
  readonly status: number;
}

/** The clock is not known to be synchronised. */
export const statusUnsynchronised = 0x40;

const modeFrequency = 0x0002;
const modeStatus = 0x0010;
const modeTick = 0x4000;
/** The bits a caller may set; the others are the kernel's own findings. */
const statusWritable = 0x00ff;

// struct timex on 64-bit Linux.
const timexBytes = 208;
const at = { modes: 0, frequency: 16, status: 40, tick: 88 };

const adjtimex = koffi.load("libc.so.6").func("int adjtimex(_Inout_ void *settings)");

/** Reads the settings; needs no right. */
export function readClock(): ClockSettings {
  const buffer = Buffer.alloc(timexBytes);
  call(buffer);
  return {
    frequency: Number(buffer.readBigInt64LE(at.frequency)),
    tick: Number(buffer.readBigInt64LE(at.tick)),
    status: buffer.readInt32LE(at.status),
  };
}

/** Writes the settings; never moves the time itself. Needs CAP_SYS_TIME. */
export function writeClock(settings: ClockSettings): void {
  const buffer = Buffer.alloc(timexBytes);
  buffer.writeUInt32LE(modeFrequency | modeStatus | modeTick, at.modes);
  buffer.writeBigInt64LE(BigInt(settings.frequency), at.frequency);
  buffer.writeBigInt64LE(BigInt(settings.tick), at.tick);
  buffer.writeInt32LE(settings.status & statusWritable, at.status);
  call(buffer);
}

/** Whether two settings are the same in all that a caller can write. */
export function sameSettings(one: ClockSettings, other: ClockSettings): boolean {
  const status = (one.status & statusWritable) === (other.status & statusWritable);
  return one.frequency === other.frequency && one.tick === other.tick && status;
}

function call(buffer: Buffer): void {
  if (Number(adjtimex(buffer)) < 0)
    throw new Error(`adjtimex failed (errno ${koffi.errno()}): CAP_SYS_TIME is needed to write`);
}
