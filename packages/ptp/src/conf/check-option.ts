import { checkValue, describeValue } from "./check-value.ts";
import type { ConfFindingCode, FindingSeverity } from "./finding.ts";
import { nearestName } from "./nearest-name.ts";
import { olderNameOf, replacementOf, vendorOptions } from "./option-alias.ts";
import type { ConfProgram, LinuxptpRelease, OptionSpec } from "./option-spec.ts";
import { firstReleaseWith, laterReleaseWhere, optionTable } from "./option-table.ts";
import { synce4lRemoved } from "./synce4l-options.ts";

/** The program that shall read a text, and what is known about its build. */
export interface ConfTarget {
  readonly program: ConfProgram;
  readonly release: LinuxptpRelease;
  /** Names of options that this build has beyond its release; any value of them is taken. */
  readonly extraOptions?: ReadonlySet<string>;
  /** The security associations in the file that `sa_file` names; absent: not known, `spp` is not looked up. */
  readonly knownSpp?: ReadonlySet<number>;
}

/** A remark on an option without its place. */
export interface OptionRemark {
  readonly severity: FindingSeverity;
  readonly code: ConfFindingCode;
  readonly message: string;
  readonly suggestion?: string;
}

/** The name of what is checked against, for messages: `linuxptp 4.2`, `synce4l`. */
export function describeTarget({ program, release }: ConfTarget): string {
  return program === "synce4l" ? "synce4l" : `linuxptp ${release}`;
}

/** An option of the target under its own or a deprecated name. */
export interface FoundOption {
  readonly spec: OptionSpec;
  /** The name to write instead, when the one used is deprecated. */
  readonly replacement?: string;
}

/** Looks up `name` in the table of the target. */
export function findOption(name: string, target: ConfTarget): FoundOption | undefined {
  const table = optionTable(target.program, target.release);
  const replacement = target.program === "synce4l" ? undefined : replacementOf(name, target.release);
  const spec = table?.get(name) ?? (replacement === undefined ? undefined : table?.get(replacement));
  if (spec === undefined) return undefined;
  return replacement === undefined ? { spec } : { spec, replacement };
}

/** What to say about an option that the target has, given its value; undefined: nothing. */
export function remarkOnValue(
  name: string,
  value: string,
  { spec, replacement }: FoundOption,
  target: ConfTarget,
): OptionRemark | undefined {
  const problem = checkValue(spec, value);
  if (problem !== undefined) {
    const why = problem === "out-of-range" ? "is out of range" : "is not a value of this option";
    const later = laterReleaseWhere(name, target.release, (each) => checkValue(each, value) === undefined);
    const hint = later === undefined || target.program === "synce4l" ? "" : ` (linuxptp ${later} takes it)`;
    const remedy = `write ${describeValue(spec)}${hint}`;
    const message = `${name} ${quote(value)} ${why} in ${describeTarget(target)}; ${remedy}`;
    return { severity: "error", code: problem, message };
  }
  if (replacement === undefined) return undefined;
  const message = `${name} is an old name in ${describeTarget(target)}; ${replacement} means the same`;
  return { severity: "info", code: "deprecated", message, suggestion: replacement };
}

/** What to say about a name that the target does not have; undefined when the build is known to have it. */
export function remarkOnUnknown(name: string, target: ConfTarget): OptionRemark | undefined {
  if (target.extraOptions?.has(name) === true) return undefined;
  const where = describeTarget(target);
  const vendor = target.program === "synce4l" ? undefined : vendorOptions.get(name);
  if (vendor !== undefined) {
    const message = `only ${vendor} of linuxptp have ${name}; ${where} as released refuses it: use such a build or remove it`;
    return { severity: "warning", code: "unknown-option", message };
  }
  const known = target.program === "synce4l" ? remarkOnRemoved(name) : remarkOnNewer(name, target);
  if (known !== undefined) return { severity: "error", code: "unknown-option", ...known };
  const suggestion = nearestName(name, optionTable(target.program, target.release)?.keys() ?? []);
  const remedy = suggestion === undefined ? "remove it" : `did you mean ${suggestion}?`;
  const message = `${where} has no option ${quote(name)}; ${remedy}`;
  const remark = { severity: "error", code: "unknown-option", message } as const;
  return suggestion === undefined ? remark : { ...remark, suggestion };
}

type Explanation = Pick<OptionRemark, "message" | "suggestion">;

function remarkOnNewer(name: string, { release }: ConfTarget): Explanation | undefined {
  const since = firstReleaseWith(name);
  if (since === undefined) return undefined;
  const older = olderNameOf(name);
  const remedy = older === undefined ? "remove it or update linuxptp" : `write ${older}`;
  const message = `${name} exists since linuxptp ${since} and this is ${release}; ${remedy}`;
  return older === undefined ? { message } : { message, suggestion: older };
}

function remarkOnRemoved(name: string): Explanation | undefined {
  const instead = synce4lRemoved.get(name);
  return instead === undefined ? undefined : { message: `synce4l has no option ${name} any more; use ${instead}` };
}

/** User text in a message: quoted, and cut so that a message stays short. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
