/** Time sources (IEEE 1588-2019 table 6) by their code. */
const timeSourceByCode = {
  0x10: "ATOMIC_CLOCK",
  0x20: "GNSS",
  0x30: "TERRESTRIAL_RADIO",
  0x39: "SERIAL_TIME_CODE",
  0x40: "PTP",
  0x50: "NTP",
  0x60: "HAND_SET",
  0x90: "OTHER",
  0xa0: "INTERNAL_OSCILLATOR",
} as const;

/** Where a grandmaster has its time from, by name. */
export type TimeSourceName = (typeof timeSourceByCode)[keyof typeof timeSourceByCode];

const names: ReadonlyMap<number, TimeSourceName> = new Map(
  Object.entries(timeSourceByCode).map(([code, name]) => [Number(code), name]),
);

/** Name of the time source with `code` (0 to 255), or undefined for reserved and profile-specific codes. */
export function timeSourceName(code: number): TimeSourceName | undefined {
  return names.get(code);
}

/** Properties of the time scale in use (IEEE 1588-2019 clause 8.2.4). */
export interface TimeProperties {
  /** TAI minus UTC in seconds; meaningful only if `currentUtcOffsetValid`. */
  readonly currentUtcOffsetS: number;
  /** The last minute of the UTC day has 61 seconds. */
  readonly leap61: boolean;
  /** The last minute of the UTC day has 59 seconds. */
  readonly leap59: boolean;
  readonly currentUtcOffsetValid: boolean;
  /** True: the scale is PTP (TAI); false: it is arbitrary. */
  readonly ptpTimescale: boolean;
  readonly timeTraceable: boolean;
  readonly frequencyTraceable: boolean;
  /** linuxptp: time was reached through a clock that is not synchronized at the moment. */
  readonly synchronizationUncertain: boolean;
  /** Code of the time source; `timeSourceName` names it. */
  readonly timeSource: number;
}
