/** The linuxptp releases whose options are known, oldest first: those of Debian 12, 13 and unstable. */
export const linuxptpReleases = ["3.1.1", "4.2", "4.4"] as const;

/** A linuxptp release with an option table. */
export type LinuxptpRelease = (typeof linuxptpReleases)[number];

/** The programs whose configuration text an agent writes. */
export type ConfProgram = "ptp4l" | "phc2sys" | "ts2phc" | "synce4l" | "timemaster" | "chronyd";

/**
 * Where an option may stand.
 * linuxptp: `global` only in `[global]`; `port` in an interface section, or in `[global]` as default of all ports.
 * synce4l: `device`, `port`, `source` name the section they work in, `member` is port or source; in `[global]` they
 * are defaults.
 */
export type OptionScope = "global" | "port" | "device" | "source" | "member";

/** What a value may be. Integers are decimal, 0x hexadecimal or 0 octal, bounds inclusive; enums ignore case. */
export type ValueSpec =
  | { readonly type: "int" | "uint" | "u64"; readonly min: number | bigint; readonly max: number | bigint }
  | { readonly type: "double"; readonly min: number; readonly max: number }
  | { readonly type: "enum"; readonly values: readonly string[] }
  | { readonly type: "string"; readonly format?: "mac" };

/** One option of one program family, for the releases from `since` to `until`, both included. */
export interface OptionSpec {
  readonly name: string;
  readonly scope: OptionScope;
  readonly value: ValueSpec;
  /** Words that stand for a number, ignoring case (`ASAP`). */
  readonly keyword?: string;
  /** First release that has it; absent: the oldest in the table. */
  readonly since?: LinuxptpRelease;
  /** Last release that has it in this form; absent: the newest in the table. */
  readonly until?: LinuxptpRelease;
}

/** The part of a row that is the same for most options. */
export type OptionExtras = Pick<OptionSpec, "keyword" | "since" | "until">;

/** A row for a signed integer. */
export function int(name: string, scope: OptionScope, range: Range, extras: OptionExtras = {}): OptionSpec {
  return { name, scope, value: { type: "int", min: range[0], max: range[1] }, ...extras };
}

/** A row for an unsigned integer. */
export function uint(name: string, scope: OptionScope, range: Range, extras: OptionExtras = {}): OptionSpec {
  return { name, scope, value: { type: "uint", min: range[0], max: range[1] }, ...extras };
}

/** A row for a floating point number. */
export function double(name: string, scope: OptionScope, range: Range, extras: OptionExtras = {}): OptionSpec {
  return { name, scope, value: { type: "double", min: range[0], max: range[1] }, ...extras };
}

/** A row for one of several words; the words are separated by spaces. */
export function oneOf(name: string, scope: OptionScope, words: string, extras: OptionExtras = {}): OptionSpec {
  return { name, scope, value: { type: "enum", values: words.split(" ") }, ...extras };
}

/** A row for text. */
export function text(name: string, scope: OptionScope, extras: OptionExtras = {}): OptionSpec {
  return { name, scope, value: { type: "string" }, ...extras };
}

/** A row for a MAC address. */
export function mac(name: string, scope: OptionScope, extras: OptionExtras = {}): OptionSpec {
  return { name, scope, value: { type: "string", format: "mac" }, ...extras };
}

/** Lowest and highest value. */
export type Range = readonly [min: number, max: number];

/** 0 or 1. */
export const flag: Range = [0, 1];
/** An unsigned octet. */
export const uint8: Range = [0, 255];
/** A signed octet. */
export const int8: Range = [-128, 127];
/** The range of C's int on Linux. */
export const int32: Range = [-2147483648, 2147483647];
/** Non-negative C int. */
export const natural: Range = [0, 2147483647];
/** Positive C int. */
export const positive: Range = [1, 2147483647];
/** Non-negative C double. */
export const positiveReal: Range = [0, Number.MAX_VALUE];
