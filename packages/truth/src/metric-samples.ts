import type { ProcessReport } from "@ptp/node";
import { clockIfaces } from "./clock-ifaces.ts";
import { leapMetricFamilies, leapSamples } from "./leap/leap-metrics.ts";
import {
  announcedClass,
  type NodeView,
  type ProfileLimits,
  type PtpClockView,
  type SystemClockReading,
  type SystemClockView,
} from "./node-view.ts";
import { partFamilies, partSamples } from "./part-samples.ts";
import { roleByPortState } from "./port-role.ts";
import type { SyncStatus } from "./sync-machine.ts";
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
  clockStateSince: gauge("ptp_clock_state_since_timestamp_seconds", "Unix time since which a clock is in its state", [
    "process",
    "node",
    "iface",
  ]),
  clockStateCause: gauge(
    "ptp_clock_state_cause",
    "1 for the kind of the cause of a clock's state: tracking, out-of-range (offset beyond the profile's thresholds), lost (no reference), holdover-expired, unreferenced (gives time), source (follows a clock in that state), unobserved (not known yet), silent (not known any more)",
    ["process", "node", "iface", "cause"],
  ),
  holdoverEnds: gauge(
    "ptp_clock_holdover_ends_timestamp_seconds",
    "Unix time at which a clock in HOLDOVER turns FREERUN",
    ["process", "node", "iface"],
  ),
  threshold: gauge(
    "openshift_ptp_threshold",
    "Limits of a profile: MinOffsetThreshold and MaxOffsetThreshold in nanoseconds, HoldOverTimeout in seconds",
    ["threshold", "node", "profile"],
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
  const clocks: readonly SampledStatus[] = [
    ...view.ptpClocks.map((each, index) => ptpClockSamples(view.nodeName, each, ifaces[index] ?? "")),
    ...view.systemClocks.map((each) => systemClockSamples(view.nodeName, each)),
    ...partSamples(view, view.nodeName),
  ];
  return [
    ...worstPerClock(clocks).flatMap(stateSamples),
    ...worstPerSeries(clocks),
    ...view.processes.flatMap((process) => processSamples(view.nodeName, process)),
    ...(view.limits ?? []).flatMap((limits) => thresholdSamples(view.nodeName, limits)),
    ...leapSamples(view.nodeName, view.leap),
    ...[...(view.parseMisses ?? [])].map(([process, count]) =>
      sample("parseMisses", { process, node: view.nodeName }, count),
    ),
  ];
}

/** A clock with its samples; `labels` name its state. */
interface SampledStatus {
  readonly status: SyncStatus;
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly MetricSample[];
}

/**
 * Of clocks that share a series (two ptp4l on one interface in different domains, two phc2sys on the system clock) the
 * worst one is shown, and all of it: a good one must not hide it.
 */
function worstPerClock(clocks: readonly SampledStatus[]): readonly SampledStatus[] {
  const byLabels = new Map<string, SampledStatus>();
  for (const clock of clocks) keepWorse(byLabels, Object.values(clock.labels).join("\0"), clock);
  return [...byLabels.values()];
}

function worstPerSeries(clocks: readonly SampledStatus[]): MetricSample[] {
  const bySeries = new Map<string, { readonly status: SyncStatus; readonly sample: MetricSample }>();
  for (const { status, samples } of clocks) {
    for (const sample of samples) {
      keepWorse(bySeries, [sample.family, ...Object.values(sample.labels)].join("\0"), { status, sample });
    }
  }
  return [...bySeries.values()].map(({ sample }) => sample);
}

function keepWorse<T extends { readonly status: SyncStatus }>(worst: Map<string, T>, key: string, each: T): void {
  const known = worst.get(key);
  if (known === undefined || worstOf([known.status.state, each.status.state]) !== known.status.state) {
    worst.set(key, each);
  }
}

function ptpClockSamples(node: string, { configName, interfaces, clock }: PtpClockView, iface: string): SampledStatus {
  const clockClass = announcedClass(clock);
  const labels = { process: "ptp4l", node, iface };
  const from = { from: "master", ...labels };
  const samples = [
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
  return { status: clock.status, labels, samples };
}

/** Of management, or of the log where that is all there is. */
function delaySamples(
  { sample: measured, currentDataSet, servo }: PtpClockView["clock"],
  from: Readonly<Record<string, string>>,
): MetricSample[] {
  const delayNs = measured && (currentDataSet?.meanPathDelayNs ?? servo?.delayNs);
  return delayNs === undefined ? [] : [sample("delay", from, delayNs)];
}

function systemClockSamples(node: string, { program, clock, reading, choice }: SystemClockView): SampledStatus {
  const labels = { process: program, node, iface: "CLOCK_REALTIME" };
  // A profile that phc2sys did not tell of yet has no series: 0 would say that it was turned down.
  const choices = [...(choice ?? [])].map(([profile, isActive]) =>
    sample("haProfileStatus", { process: "phc2sys", node, profile }, Number(isActive)),
  );
  return { status: clock.status, labels, samples: [...choices, ...(reading ? readingSamples(reading, labels) : [])] };
}

function readingSamples(reading: SystemClockReading, labels: SampledStatus["labels"]): readonly MetricSample[] {
  const from = { from: reading.from, ...labels };
  return [
    sample("offset", from, reading.offsetNs),
    sample("maxOffset", from, reading.maxNs),
    sample("frequency", from, reading.freqPpb),
    sample("delay", from, reading.delayNs),
  ];
}

function stateSamples({ labels, status }: SampledStatus): readonly MetricSample[] {
  const { state, since, reason, holdoverEndsMs } = status;
  return [
    sample("clockState", labels, stateCode[outsideState(state)]),
    sample("clockStateKnown", labels, Number(state !== "UNKNOWN")),
    sample("clockStateSince", labels, since.unixMs / 1000),
    sample("clockStateCause", { ...labels, cause: reason }, 1),
    ...(holdoverEndsMs === undefined
      ? []
      : [sample("holdoverEnds", labels, (since.unixMs + holdoverEndsMs - since.monotonicMs) / 1000)]),
  ];
}

function thresholdSamples(node: string, { profile, ...limits }: ProfileLimits): readonly MetricSample[] {
  const of = (threshold: string, value: number) => sample("threshold", { threshold, node, profile }, value);
  return [
    of("MinOffsetThreshold", limits.minOffsetNs),
    of("MaxOffsetThreshold", limits.maxOffsetNs),
    of("HoldOverTimeout", limits.holdoverMs / 1000),
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
