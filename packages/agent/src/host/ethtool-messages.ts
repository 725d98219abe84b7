import type { DriverFacts, FecFacts, TimestampingFacts } from "./ethtool-port.ts";
import { printableText } from "./printable-text.ts";

/** Commands and sizes of linux/ethtool.h. */
const drvinfo = { command: 0x03, bytes: 196 } as const;
const tsInfo = { command: 0x41, bytes: 44 } as const;
const fecParam = { command: 0x50, bytes: 16 } as const;

/** A question to the driver of an interface: the kernel writes its answer over the request. */
export interface EthtoolQuestion<T> {
  /** A fresh request. */
  readonly request: () => Uint8Array<ArrayBuffer>;
  /** Reads the answer out of what was the request. */
  readonly read: (answer: Uint8Array) => T;
}

/** ETHTOOL_GDRVINFO: five texts after the command, of which the first four are of use. */
export const driverQuestion: EthtoolQuestion<DriverFacts> = {
  request: () => requestOf(drvinfo),
  read: (answer) => ({
    driver: textAt(answer, 4),
    version: textAt(answer, 36),
    firmwareVersion: textAt(answer, 68),
    busInfo: textAt(answer, 100),
  }),
};

/** SOF_TIMESTAMPING flags of linux/net_tstamp.h that a hardware clock needs. */
const timestampingFlags = { hardwareTransmit: 1 << 0, hardwareReceive: 1 << 2, hardwareRawClock: 1 << 6 } as const;

/** ETHTOOL_GET_TS_INFO: flags, then the index of the clock or -1. */
export const timestampingQuestion: EthtoolQuestion<TimestampingFacts> = {
  request: () => requestOf(tsInfo),
  read: (answer) => {
    const flags = wordAt(answer, 4);
    const phcIndex = wordAt(answer, 8) | 0;
    return {
      hardwareTransmit: (flags & timestampingFlags.hardwareTransmit) !== 0,
      hardwareReceive: (flags & timestampingFlags.hardwareReceive) !== 0,
      hardwareRawClock: (flags & timestampingFlags.hardwareRawClock) !== 0,
      ...(phcIndex < 0 ? {} : { phcIndex }),
    };
  },
};

/** Names of the FEC bits, from bit 0. */
const fecNames = ["None", "Auto", "Off", "RS", "BaseR", "LLRS"] as const;

/** ETHTOOL_GFECPARAM: what is in use, then what is configured. */
export const fecQuestion: EthtoolQuestion<FecFacts> = {
  request: () => requestOf(fecParam),
  read: (answer) => ({ active: fecModes(wordAt(answer, 4)), configured: fecModes(wordAt(answer, 8)) }),
};

function fecModes(bits: number): readonly string[] {
  return fecNames.filter((_, bit) => (bits & (1 << bit)) !== 0);
}

function requestOf({ command, bytes }: { readonly command: number; readonly bytes: number }): Uint8Array<ArrayBuffer> {
  const request = new Uint8Array(bytes);
  new Uint32Array(request.buffer, 0, 1)[0] = command;
  return request;
}

/** Numbers are in the order of the machine, as typed arrays are. */
function wordAt(answer: Uint8Array, offset: number): number {
  return new Uint32Array(answer.slice(offset, offset + 4).buffer)[0] ?? 0;
}

function textAt(answer: Uint8Array, offset: number): string {
  const field = answer.subarray(offset, offset + 32);
  const end = field.indexOf(0);
  return printableText(end === -1 ? field : field.subarray(0, end));
}
