import { portStates, linuxptpPortState } from "@ptp/ptp";
import { roleByPortState } from "@ptp/truth";
import type { MetricLine } from "../../../tools/demo/world/metrics-text.ts";
import type { ExpectedClock } from "./scenario.ts";

/** Families whose values are measured: that they are there is what can be said. */
const measured = new Set([
  "openshift_ptp_delay_ns",
  "openshift_ptp_frequency_adjustment_ns",
  "openshift_ptp_max_offset_ns",
  "openshift_ptp_offset_ns",
]);
/** All families that tell of clocks and of the lines about them; other families have tests of their own. */
const told = new Set([
  ...measured,
  "openshift_ptp_clock_class",
  "openshift_ptp_clock_state",
  "openshift_ptp_interface_role",
  "openshift_ptp_process_restart_count",
  "openshift_ptp_process_status",
  "ptp_clock_state_known",
  "ptp_parse_misses_total",
]);
const stateCode = { FREERUN: 0, UNKNOWN: 0, LOCKED: 1, HOLDOVER: 2 } as const;

/** Every series of those families that a node with these clocks has, and no line that was not understood; sorted. */
export function expectedPage(clocks: readonly ExpectedClock[]): readonly string[] {
  return clocks.flatMap(expectedSeries).toSorted();
}

/** The same of a page as served. The values of what is measured are left out, and so is the node's name. */
export function seenPage(lines: readonly MetricLine[]): readonly string[] {
  return lines
    .filter(({ name }) => told.has(name))
    .map(({ name, labels, value }) => text(name, labels, measured.has(name) ? "measured" : value))
    .toSorted();
}

function expectedSeries(clock: ExpectedClock): readonly string[] {
  const { iface, state, clockClass, ports, isMeasured, starts = 1, config = "ptp4l.0.config" } = clock;
  const process = "ptp4l";
  return [
    text("openshift_ptp_clock_state", { process, iface }, stateCode[state]),
    text("ptp_clock_state_known", { process, iface }, Number(state !== "UNKNOWN")),
    ...(clockClass === undefined ? [] : [text("openshift_ptp_clock_class", { process, config }, clockClass)]),
    ...Object.entries(ports).map(([port, word]) =>
      text("openshift_ptp_interface_role", { process, iface: port }, roleOf(word)),
    ),
    text("openshift_ptp_process_status", { process, config }, 1),
    text("openshift_ptp_process_restart_count", { process, config }, starts),
    ...(isMeasured ? [...measured].map((name) => text(name, { from: "master", process, iface }, "measured")) : []),
  ];
}

function roleOf(word: string): number {
  const state = portStates.find((each) => linuxptpPortState(each) === word);
  if (state === undefined) throw new Error(`${word} is no port state`);
  return roleByPortState[state];
}

function text(name: string, labels: Readonly<Record<string, string>>, value: number | string): string {
  const others = Object.entries(labels).filter(([key]) => key !== "node");
  const pairs = others.map(([key, entry]) => `${key}="${entry}"`);
  return `${name}{${pairs.toSorted().join()}} ${value}`;
}
