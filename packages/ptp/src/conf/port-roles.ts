import { parseInteger } from "./check-value.ts";
import type { ConfDocument } from "./document.ts";
import { sectionKind } from "./document.ts";
import { getOption } from "./edit-conf.ts";

/** The sections of a ptp4l configuration whose port role is fixed by `serverOnly` or `masterOnly`. */
export interface PortRoles {
  /** Sections with the option at 1: only ever send time. */
  readonly timeTransmitters: readonly string[];
  /** Sections with the option at 0: may receive time. */
  readonly timeReceivers: readonly string[];
}

/** Sorts the sections of a ptp4l configuration by role, in order of appearance; `global` is among them if it says so. */
export function portRoles(ptp4lConf: ConfDocument): PortRoles {
  const names = [...new Set(ptp4lConf.sections.map(({ name }) => (sectionKind(name) === "global" ? "global" : name)))];
  const roles = names.map((name) => ({ name, only: onlyTransmits(ptp4lConf, name) }));
  return {
    timeTransmitters: roles.filter(({ only }) => only === true).map(({ name }) => name),
    timeReceivers: roles.filter(({ only }) => only === false).map(({ name }) => name),
  };
}

function onlyTransmits(conf: ConfDocument, section: string): boolean | undefined {
  const value = getOption(conf, section, "serverOnly") ?? getOption(conf, section, "masterOnly");
  const number = parseInteger(value ?? "");
  return number === 0n ? false : number === 1n ? true : undefined;
}
