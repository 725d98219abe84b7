import { RE2JS } from "re2js";
import { shorten } from "../findings/describe-value.ts";
import { checkLogReduce } from "./check-log-reduce.ts";

/**
 * A setting of `ptpSettings`. Keys may carry the name of an interface, so they are matched, not compared.
 * `check` says why a value is refused, or undefined.
 */
export interface PtpSetting {
  /** The name as users write it, for messages and suggestions. */
  readonly name: string;
  readonly matches: (key: string) => boolean;
  readonly check: (value: string, key: string) => string | undefined;
}

/** Compiling takes time and memory in proportion to the length; no filter people write is near this. */
const maxFilterLength = 4096;
const uint32Max = 2n ** 32n - 1n;
const uint64Max = 2n ** 64n - 1n;
const haProfilesForm = /^[\w-]+(,[\t\n\f\r ]*[\w-]+)*$/;
const clockTypes = ["T-GM", "T-BC"];

/**
 * Every setting an agent understands: those of the existing webhook first, then those its daemon reads but its webhook
 * refused. The one place to add a setting; in order, the first that matches a key decides.
 */
export const ptpSettings: readonly PtpSetting[] = [
  setting("stdoutFilter", checkFilter),
  setting("logReduce", checkLogReduce),
  setting("haProfiles", checkHaProfiles),
  setting("clockType", checkClockType),
  setting("inSyncConditionTimes", checkNumber(uint32Max)),
  setting("inSyncConditionThreshold", checkNumber(uint32Max)),
  { name: "clockIdFormat[<interface>]", matches: startsWith("clockIdFormat["), check: () => undefined },
  { name: "clockId[<interface>]", matches: (key) => key.includes("clockId"), check: checkClockId },
  setting("controllingProfile", () => undefined),
  setting("upstreamPort", () => undefined),
  setting("leadingInterface", () => undefined),
  setting("ptp4lOffsetEventWindowSize", checkNumber(uint32Max)),
  setting("LocalMaxHoldoverOffSet", checkNumber(uint64Max)),
  setting("LocalHoldoverTimeout", checkNumber(uint64Max)),
  setting("MaxInSpecOffset", checkNumber(uint64Max)),
  { name: "dpll.<interface>.ignore", matches: (key) => /^dpll\..+\.ignore$/.test(key), check: () => undefined },
  {
    name: "dpll.<interface>.flags",
    matches: (key) => /^dpll\..+\.flags$/.test(key),
    check: checkNumber(uint32Max),
  },
  {
    name: "<interface>.phaseOffsetFilter.<clockId>.<property>",
    matches: isPhaseOffsetFilter,
    check: () => undefined,
  },
];

/** By position: as a pattern it would repeat what repeats, and take cubic time on a hostile key. */
function isPhaseOffsetFilter(key: string): boolean {
  const infix = ".phaseOffsetFilter.";
  const at = key.indexOf(infix, 1);
  const dot = at === -1 ? -1 : key.indexOf(".", at + infix.length + 1);
  return dot !== -1 && dot < key.length - 1;
}

/** The setting a key of `ptpSettings` belongs to, or undefined when there is none. */
export function findPtpSetting(key: string): PtpSetting | undefined {
  return ptpSettings.find((known) => known.matches(key));
}

function setting(name: string, check: PtpSetting["check"]): PtpSetting {
  return { name, matches: (key) => key === name, check };
}

function startsWith(prefix: string): (key: string) => boolean {
  return (key) => key.startsWith(prefix);
}

function checkFilter(value: string): string | undefined {
  if (value.length > maxFilterLength) {
    return `stdoutFilter='${shorten(value)}' is too long; use at most ${maxFilterLength} characters`;
  }
  try {
    RE2JS.compile(value);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `stdoutFilter='${shorten(value)}' is no RE2 expression (${reason}); look-around and back-references do not exist there`;
  }
}

function checkHaProfiles(value: string): string | undefined {
  if (haProfilesForm.test(value)) return undefined;
  return `haProfiles='${shorten(value)}' is invalid; write profile names of letters, digits, "-" and "_" separated by commas`;
}

function checkClockType(value: string): string | undefined {
  return clockTypes.includes(value)
    ? undefined
    : `clockType='${shorten(value)}' is invalid; use ${clockTypes.join(" or ")}`;
}

function checkNumber(max: bigint): PtpSetting["check"] {
  return (value, key) =>
    isDecimal(value, max)
      ? undefined
      : `${shorten(key)}='${shorten(value)}' is invalid; write a whole number from 0 to ${max}`;
}

function checkClockId(value: string, key: string): string | undefined {
  if (isDecimal(value, uint64Max) || /^0*[0-9A-Fa-f]{1,16}$/.test(value)) return undefined;
  return `${shorten(key)}='${shorten(value)}' is invalid; write 64 bits as a decimal number or as hexadecimal digits without 0x`;
}

function isDecimal(text: string, max: bigint): boolean {
  // The length bound keeps the conversion cheap; no 64-bit number has more digits.
  return /^\d{1,40}$/.test(text) && BigInt(text) <= max;
}
