import type { NodeProfile } from "@ptp/node";
import { checkOpts, readOpts, type ConfDocument } from "@ptp/ptp";
import type { InstalledTarget } from "./conf-target.ts";
import { hasOption } from "./has-option.ts";
import { hasGlobal } from "./inject-settings.ts";
import { settingOf, type ProfileContext } from "./profile-context.ts";

/** How long and how well the hardware of a T-GM keeps time without GNSS. */
export interface HoldoverBudget {
  /** Greatest offset in nanoseconds that is still in specification; `MaxInSpecOffset`. */
  readonly maxInSpecOffsetNs: number;
  /** Offset in nanoseconds reached after the whole time; `LocalMaxHoldoverOffSet`. */
  readonly maxHoldoverOffsetNs: number;
  /** Seconds; `LocalHoldoverTimeout`. */
  readonly holdoverTimeoutS: number;
}

const defaults = { MaxInSpecOffset: 1500, LocalMaxHoldoverOffSet: 1500, LocalHoldoverTimeout: 14_400 } as const;

/** Reads the budget; a setting that is no positive integer takes its default and is noted. */
export function holdoverBudget({ profile, note }: Pick<ProfileContext, "profile" | "note">): HoldoverBudget {
  return {
    maxInSpecOffsetNs: positiveSetting(profile, "MaxInSpecOffset", note),
    maxHoldoverOffsetNs: positiveSetting(profile, "LocalMaxHoldoverOffSet", note),
    holdoverTimeoutS: positiveSetting(profile, "LocalHoldoverTimeout", note),
  };
}

/** Seconds for which the clock stays in specification, assuming that the offset grows evenly. */
export function inSpecTimeoutS({ maxInSpecOffsetNs, maxHoldoverOffsetNs, holdoverTimeoutS }: HoldoverBudget): number {
  const slopeNsPerS = maxHoldoverOffsetNs / holdoverTimeoutS;
  return Math.min(Math.round(maxInSpecOffsetNs / slopeNsPerS), holdoverTimeoutS);
}

/** Options that make the ts2phc of a grandmaster hold over, as far as the installed release takes them. */
export function holdoverOptions(
  context: ProfileContext,
  conf: ConfDocument,
  target: InstalledTarget,
): readonly string[] {
  const options = readOpts(context.profile.ts2phcOpts ?? "", target);
  const budget = holdoverBudget(context);
  const wanted: readonly (readonly [name: string, value: number])[] = [
    ["ts2phc.holdover", inSpecTimeoutS(budget)],
    ["servo_offset_threshold", Math.min(budget.maxInSpecOffsetNs, budget.maxHoldoverOffsetNs)],
    ["servo_num_offset_values", 10],
  ];
  return wanted.flatMap(([name, value]) => {
    if (hasOption(options, name) || hasGlobal(conf, name)) return [];
    const words = [`--${name}`, String(value)];
    const isTaken = !checkOpts(words.join(" "), target).some(({ severity }) => severity === "error");
    if (!isTaken) context.note("ts2phcOpts", `${name} is not set: linuxptp ${target.release} does not have it`);
    return isTaken ? words : [];
  });
}

function positiveSetting(profile: NodeProfile, key: keyof typeof defaults, note: ProfileContext["note"]): number {
  const text = settingOf(profile, key);
  if (text === undefined) return defaults[key];
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value > 0) return value;
  note(`ptpSettings[${key}]`, `${JSON.stringify(text)} is not a positive integer: ${defaults[key]} is used`);
  return defaults[key];
}
