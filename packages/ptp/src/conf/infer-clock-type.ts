import { parseInteger } from "./check-value.ts";
import type { ConfDocument, ConfOption } from "./document.ts";
import { interfaceSections, sectionKind } from "./document.ts";
import { parseOpts, splitOpts } from "./parse-opts.ts";

/** The kind of PTP clock a profile makes of a node: grandmaster, boundary clock or ordinary clock. */
export type ClockType = "GM" | "BC" | "OC";

/**
 * Tells the clock type from configuration and command line of ptp4l, for profiles that do not say it (daemon.md
 * §3.5): without any sign that a port receives time it is a grandmaster; with one, more than one interface section
 * makes a boundary clock, else it is an ordinary clock.
 */
export function inferClockType(ptp4lConf: ConfDocument, ptp4lOpts = ""): ClockType {
  if (!optsReceiveTime(ptp4lOpts) && !confReceivesTime(ptp4lConf)) return "GM";
  return interfaceSections(ptp4lConf).length > 1 ? "BC" : "OC";
}

function optsReceiveTime(opts: string): boolean {
  return parseOpts(splitOpts(opts), "ptp4l").some(({ kind, name, value }) => {
    if (kind === "short") return name === "s";
    return kind === "long" && (name === "slaveOnly" || name === "clientOnly") && isNumber(value, 1n);
  });
}

function confReceivesTime(conf: ConfDocument): boolean {
  return conf.sections.some((section) => {
    const isGlobal = sectionKind(section.name) === "global";
    return section.entries.some((entry) => entry.kind === "option" && isReceiveEvidence(entry, isGlobal));
  });
}

function isReceiveEvidence({ key, value }: ConfOption, isGlobal: boolean): boolean {
  switch (key) {
    case "slaveOnly":
    case "clientOnly":
      return isNumber(value, 1n);
    case "masterOnly":
      // In [global] it is the default of all ports and says nothing about one.
      return !isGlobal && isNumber(value, 0n);
    case "serverOnly":
      return isNumber(value, 0n);
    default:
      return false;
  }
}

function isNumber(value: string | undefined, expected: bigint): boolean {
  return value !== undefined && parseInteger(value) === expected;
}
