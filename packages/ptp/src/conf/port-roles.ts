import { parseInteger } from "./check-value.ts";
import type { ConfDocument, ConfSection } from "./document.ts";
import { sectionKey } from "./document.ts";
import { normaliseConf } from "./normalise-conf.ts";

/** The sections of a ptp4l configuration whose port role is fixed by `serverOnly` or `masterOnly`. */
export interface PortRoles {
  /** Sections with the option at 1: only ever send time. */
  readonly timeTransmitters: readonly string[];
  /** Sections with the option at 0: may receive time. */
  readonly timeReceivers: readonly string[];
}

/** Sorts the sections of a ptp4l configuration by role, in order of appearance; `global` is among them if it says so. */
export function portRoles(ptp4lConf: ConfDocument): PortRoles {
  const timeTransmitters: string[] = [];
  const timeReceivers: string[] = [];
  for (const section of normaliseConf(ptp4lConf).sections) {
    const only = onlyTransmits(section);
    if (only === true) timeTransmitters.push(sectionKey(section.name));
    if (only === false) timeReceivers.push(sectionKey(section.name));
  }
  return { timeTransmitters, timeReceivers };
}

function onlyTransmits({ entries }: ConfSection): boolean | undefined {
  const last = entries.findLast(
    (entry) => entry.kind === "option" && (entry.key === "serverOnly" || entry.key === "masterOnly"),
  );
  const number = last?.kind === "option" ? parseInteger(last.value ?? "") : undefined;
  return number === 0n ? false : number === 1n ? true : undefined;
}
