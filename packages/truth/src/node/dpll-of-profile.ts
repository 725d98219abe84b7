import type { NodeProfile } from "@ptp/node";
import { getOption, interfaceSections, parseConf } from "@ptp/ptp";
import { clockLimits } from "../clock-limits.ts";
import type { DpllOptions } from "../dpll/dpll-clock.ts";
import { holdoverParameters } from "../dpll/holdover-parameters.ts";
import { dpllFlags } from "../dpll/lock-status.ts";

/** An interface that a configuration of ts2phc names. */
export interface Ts2phcInterface {
  readonly name: string;
  /** What its clock is set by: the time of day of the receiver, or the pulse alone. */
  readonly source: "gnss" | "pps";
  /** It is a source itself: nothing steers it. */
  readonly isMaster: boolean;
}

/** The interfaces of a ts2phc configuration: `ts2phc.master` of the section says what feeds it, or that of `[nmea]`. */
export function ts2phcInterfaces(ts2phcConf = ""): readonly Ts2phcInterface[] {
  const { conf } = parseConf(ts2phcConf);
  const readsNmea = isTrue(getOption(conf, "nmea", "ts2phc.master"));
  return interfaceSections(conf).map((name) => {
    const isMaster = isTrue(getOption(conf, name, "ts2phc.master"));
    return { name, source: isMaster || readsNmea ? "gnss" : "pps", isMaster };
  });
}

function isTrue(value: string | undefined): boolean {
  return value === "1" || value?.toLowerCase() === "true";
}

/** What the profile says of the DPLL of an interface. */
export function dpllOptionsOf(profile: NodeProfile, interfaceName: string, source: DpllOptions["source"]): DpllOptions {
  const { ptpSettings } = profile;
  return {
    interfaceName,
    source,
    flags: dpllFlags(ptpSettings?.[`dpll.${interfaceName}.flags`]),
    limits: clockLimits(profile),
    holdover: holdoverParameters(ptpSettings),
  };
}

/** Interfaces with a clock id, and with it a DPLL, that is not to be ignored; in the order of their names. */
export function dpllInterfaces(settings: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.keys(settings)
    .flatMap((key) => /^clockId\[([^\]]{1,64})\]$/.exec(key)?.[1] ?? [])
    .filter((name) => settings[`dpll.${name}.ignore`] !== "true")
    .sort();
}
