import type { CommandFlag } from "./command-flags.ts";
import { commandFlags } from "./command-flags.ts";
import type { ConfTarget, OptionRemark } from "./check-option.ts";
import { describeTarget, quote, remarkOnUnknown, remarkOnValue } from "./check-option.ts";
import { checkValue, describeValue } from "./check-value.ts";
import { maxFindings } from "./finding.ts";
import { replacementOf } from "./option-alias.ts";
import { isInRelease, optionTable } from "./option-table.ts";
import type { CommandOption } from "./parse-opts.ts";
import { parseOpts, splitOpts } from "./parse-opts.ts";

/** One remark on a command line. */
export interface OptsFinding extends OptionRemark {
  /** Index of the word in the split command line, from 0. */
  readonly index: number;
  /** The option with its hyphens, or the stray word. */
  readonly option: string;
}

/**
 * Checks the text of `ptp4lOpts`, `phc2sysOpts` and the like: short options against the manual of the program, long
 * ones against the option table of the release. At most `maxFindings` findings, in order. chronyd is not checked.
 */
export function checkOpts(opts: string, target: ConfTarget): readonly OptsFinding[] {
  const flags = commandFlags(target.program);
  if (flags === undefined) return [];
  const findings: OptsFinding[] = [];
  for (const option of parseOpts(splitOpts(opts), target.program)) {
    const remark = remarkOnOption(option, flags, target);
    if (remark !== undefined) findings.push({ ...remark, index: option.index, option: spelling(option) });
    if (findings.length === maxFindings) break;
  }
  return findings;
}

/** The options of a command line with long names written out, since the program takes the beginning of a name for it. */
export function readOpts(opts: string, target: ConfTarget): readonly CommandOption[] {
  const names = [...(optionTable(target.program, target.release)?.keys() ?? [])];
  return parseOpts(splitOpts(opts), target.program).map((option) =>
    option.kind === "long" ? { ...option, name: completeName(option.name, names) } : option,
  );
}

function spelling({ kind, name }: CommandOption): string {
  const word = name.length > 64 ? `${name.slice(0, 64)}…` : name;
  return kind === "stray" ? word : kind === "short" ? `-${word}` : `--${word}`;
}

function remarkOnOption(
  option: CommandOption,
  flags: readonly CommandFlag[],
  target: ConfTarget,
): OptionRemark | undefined {
  switch (option.kind) {
    case "stray": {
      const message = `${quote(option.name)} belongs to no option and is ignored; remove it`;
      return { severity: "warning", code: "stray-argument", message };
    }
    case "short":
      return remarkOnFlag(option, flags, target);
    case "long":
      return remarkOnLong(option, target);
  }
}

function remarkOnFlag(
  { name, value }: CommandOption,
  flags: readonly CommandFlag[],
  target: ConfTarget,
): OptionRemark | undefined {
  const forms = flags.filter((each) => each.letter === name);
  const flag = forms.find((each) => isInRelease(each, target.release));
  if (flag === undefined) {
    const since = forms[0]?.since;
    const hint = since === undefined ? "" : ` before linuxptp ${since}`;
    const message = `${target.program} has no option -${name}${hint}; remove it`;
    return { severity: "error", code: "unknown-option", message };
  }
  if (flag.reserved !== undefined) return remarkOnReserved(flag.reserved, name, target);
  if (flag.argument === undefined) return undefined;
  const allowed = describeValue(flag.argument);
  if (value === undefined) {
    return { severity: "error", code: "missing-value", message: `-${name} needs a value; write ${allowed} after it` };
  }
  const problem = checkValue(flag.argument, value);
  if (problem === undefined) return undefined;
  const message = `-${name} ${quote(value)} is not taken by ${target.program}; write ${allowed}`;
  return { severity: "error", code: problem, message };
}

function remarkOnReserved(reserved: string, name: string, { program }: ConfTarget): OptionRemark {
  if (reserved === "exits") {
    const message = `-${name} makes ${program} exit at once; remove it`;
    return { severity: "error", code: "reserved-option", message };
  }
  const message = `-${name} takes the place of the configuration file written for this profile; remove it`;
  return { severity: "warning", code: "reserved-option", message };
}

function remarkOnLong({ name, value }: CommandOption, target: ConfTarget): OptionRemark | undefined {
  const table = optionTable(target.program, target.release);
  if (table === undefined) {
    const message = `${target.program} has no long options; move --${quote(name)} to its configuration`;
    return { severity: "error", code: "unknown-option", message };
  }
  const spec = table.get(completeName(name, [...table.keys()]));
  if (spec === undefined) return remarkOnUnknown(name, target);
  if (value === undefined) {
    const message = `--${spec.name} needs a value in ${describeTarget(target)}; write ${describeValue(spec)} after it`;
    return { severity: "error", code: "missing-value", message };
  }
  const replacement = target.program === "synce4l" ? undefined : replacementOf(spec.name, target.release);
  const found = replacement === undefined ? { spec } : { spec, replacement };
  return remarkOnValue(spec.name, value, found, target);
}

// getopt_long() takes the beginning of a name for the name if only one begins so.
function completeName(name: string, names: readonly string[]): string {
  if (name === "" || names.includes(name)) return name;
  const matching = names.filter((each) => each.startsWith(name));
  return matching.length === 1 ? (matching[0] ?? name) : name;
}
