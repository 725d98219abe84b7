import type { ProcessReport, SyncState } from "@ptp/node";
import { clockIfaces } from "./clock-ifaces.ts";
import { leapMetricFamilies, leapSamples } from "./leap/leap-metrics.ts";
import { announcedClass, type NodeView, type PtpClockView, type SystemClockView } from "./node-view.ts";
import { partFamilies, partSamples } from "./part-samples.ts";
import { roleByPortState } from "./port-role.ts";
import { outsideState, worstOf, type OutsideState } from "./sync-state.ts";

/** A metric of this system. Names, labels and enumerations of the existing stack never change meaning. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  readonly labels: readonly string[];
}

const measured = ["from", "process", "node", "iface"] as const;
const perProcess = ["process", "node", "config"] as const;

/** All families, by the key under which samples name them. */
export const metricFamilies = {
  offset: gauge("openshift_ptp_offset_ns", "Last measured offset: own clock minus reference", measured),
  maxOffset: gauge("openshift_ptp_max_offset_ns", "Largest absolute offset of the last measuring interval", measured),
  frequency: gauge("openshift_ptp_frequency_adjustment_ns", "Frequency adjustment in parts per billion", measured),
  delay: gauge("openshift_ptp_delay_ns", "Mean path delay, or reading delay of the system clock", measured),
  clockState: gauge("openshift_ptp_clock_state", "0 = FREERUN, 1 = LOCKED, 2 = HOLDOVER", ["process", "node", "iface"]),
  clockClass: gauge(
    "openshift_ptp_clock_class",
    "6 = Locked, 7 = PRC unlocked in-spec, 52/187 = PRC unlocked out-of-spec, 135 = T-BC holdover in-spec, 165 = T-BC holdover out-of-spec, 248 = Default, 255 = Slave Only Clock",
    perProcess,
  ),
  interfaceRole: gauge(
    "openshift_ptp_interface_role",
    "0 = PASSIVE, 1 = SLAVE, 2 = MASTER, 3 = FAULTY, 4 = UNKNOWN, 5 = LISTENING, 6 = UNCALIBRATED, 7 = PRE_MASTER, 8 = DISABLED, 9 = INITIALIZING",
    ["process", "node", "iface"],
  ),
  processStatus: gauge("openshift_ptp_process_status", "0 = DOWN, 1 = UP", perProcess),
  processRestarts: {
    name: "openshift_ptp_process_restart_count",
    help: "Starts of the process, the first included",
    type: "counter",
    labels: perProcess,
  },
  haProfileStatus: gauge("openshift_ptp_ha_profile_status", "0 = INACTIVE, 1 = ACTIVE", ["process", "node", "profile"]),
  ...partFamilies,
  clockStateKnown: gauge(
    "ptp_clock_state_known",
    "0 = the clock's state is not known and shown as FREERUN, 1 = it is known",
    ["process", "node", "iface"],
  ),
  parseMisses: {
    name: "ptp_parse_misses_total",
    help: "Lines of a program's log that no form of its grammar fits",
    type: "counter",
    labels: ["process", "node"],
  },
  ...leapMetricFamilies,
} as const satisfies Record<string, MetricFamily>;

/** One value of one family. */
export interface MetricSample {
  readonly family: keyof typeof metricFamilies;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const stateCode: Readonly<Record<OutsideState, number>> = { FREERUN: 0, LOCKED: 1, HOLDOVER: 2 };

/**
 * All samples of a node at one moment: a series exists exactly while what it describes does. A clock's state always has a
 * value; an offset has one only once measured, and no value ever stands for "none".
 */
export function metricSamples(view: NodeView): MetricSample[] {
  const ifaces = clockIfaces(view);
  const clocks = [
    ...view.ptpClocks.map((each, index) => ({
      state: each.clock.status.state,
      samples: ptpClockSamples(view.nodeName, each, ifaces[index] ?? ""),
    })),
    ...view.systemClocks.map((each) => ({
      state: each.clock.status.state,
      samples: systemClockSamples(view.nodeName, each),
    })),
    ...partSamples(view, view.nodeName).map(({ state, labels, samples }) => ({
      state,
      samples: [...stateSamples(labels, state), ...samples],
    })),
  ];
  return [
    ...worstPerSeries(clocks),
    ...view.processes.flatMap((process) => processSamples(view.nodeName, process)),
    ...leapSamples(view.nodeName, view.leap),
    ...[...(view.parseMisses ?? [])].map(([process, count]) =>
      sample("parseMisses", { process, node: view.nodeName }, count),
    ),
  ];
}

/**
 * Of clocks that share a series (two ptp4l on one interface in different domains, two phc2sys on the system clock) the
 * worst one is shown, and all of it: a good one must not hide it.
 */
function worstPerSeries(
  clocks: readonly { readonly state: SyncState; readonly samples: readonly MetricSample[] }[],
): MetricSample[] {
  const bySeries = new Map<string, { readonly state: SyncState; readonly sample: MetricSample }>();
  for (const { state, samples } of clocks) {
    for (const sample of samples) {
      const key = [sample.family, ...Object.values(sample.labels)].join("\0");
      const known = bySeries.get(key);
      if (known === undefined || worstOf([known.state, state]) !== known.state) bySeries.set(key, { state, sample });
    }
  }
  return [...bySeries.values()].map(({ sample }) => sample);
}

function ptpClockSamples(node: string, { configName, interfaces, clock }: PtpClockView, iface: string): MetricSample[] {
  const clockClass = announcedClass(clock);
  const labels = { process: "ptp4l", node, iface };
  const from = { from: "master", ...labels };
  return [
    ...stateSamples(labels, clock.status.state),
    ...(clock.sample ? [sample("offset", from, clock.sample.offsetNs)] : []),
    ...(clock.servo
      ? [sample("maxOffset", from, clock.servo.maxNs), sample("frequency", from, clock.servo.freqPpb)]
      : []),
    ...delaySamples(clock, from),
    ...(clockClass === undefined
      ? []
      : [sample("clockClass", { process: "ptp4l", node, config: configName }, clockClass)]),
    ...[...clock.ports].map(([number, port]) =>
      sample(
        "interfaceRole",
        { process: "ptp4l", node, iface: port.interfaceName || (interfaces[number - 1] ?? `port ${number}`) },
        roleByPortState[port.state],
      ),
    ),
  ];
}

/** Of management, or of the log where that is all there is. */
function delaySamples(
  { sample: measured, currentDataSet, servo }: PtpClockView["clock"],
  from: Readonly<Record<string, string>>,
): MetricSample[] {
  const delayNs = measured && (currentDataSet?.meanPathDelayNs ?? servo?.delayNs);
  return delayNs === undefined ? [] : [sample("delay", from, delayNs)];
}

function systemClockSamples(node: string, { clock, reading, choice }: SystemClockView): MetricSample[] {
  const labels = { process: "phc2sys", node, iface: "CLOCK_REALTIME" };
  const states = [
    ...stateSamples(labels, clock.status.state),
    // A profile that phc2sys did not tell of yet has no series: 0 would say that it was turned down.
    ...[...(choice ?? [])].map(([profile, isActive]) =>
      sample("haProfileStatus", { process: "phc2sys", node, profile }, Number(isActive)),
    ),
  ];
  if (reading === undefined) return states;
  const from = { from: reading.from, ...labels };
  return [
    ...states,
    sample("offset", from, reading.offsetNs),
    sample("maxOffset", from, reading.maxNs),
    sample("frequency", from, reading.freqPpb),
    sample("delay", from, reading.delayNs),
  ];
}

function stateSamples(labels: Readonly<Record<string, string>>, state: SyncState): MetricSample[] {
  return [
    sample("clockState", labels, stateCode[outsideState(state)]),
    sample("clockStateKnown", labels, Number(state !== "UNKNOWN")),
  ];
}

/** The `config` label is the name in the message tag; a phc2sys without HA carries its ptp4l's. */
function processSamples(node: string, process: ProcessReport): MetricSample[] {
  const labels = { process: process.program, node, config: process.configName };
  return [
    sample("processStatus", labels, Number(process.state === "running")),
    sample("processRestarts", labels, process.starts),
  ];
}

function sample(family: MetricSample["family"], labels: Readonly<Record<string, string>>, value: number): MetricSample {
  return { family, labels, value };
}

function gauge<const L extends readonly string[]>(name: string, help: string, labels: L) {
  return { name, help, type: "gauge", labels } as const;
}
