import type { CommandOption } from "@ptp/ptp";

/** True if the command line has the option under its letter (`-m`) or, with two or more characters, its long name. */
export function hasOption(options: readonly CommandOption[], name: string): boolean {
  const kind = name.length === 1 ? "short" : "long";
  return options.some((option) => option.kind === kind && option.name === name);
}

/** The last value given to the option; undefined if it has none. */
export function optionValue(options: readonly CommandOption[], name: string): string | undefined {
  const kind = name.length === 1 ? "short" : "long";
  return options.findLast((option) => option.kind === kind && option.name === name)?.value;
}
