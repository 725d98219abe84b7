import type { Instant } from "@ptp/node";
import {
  isTransmitting,
  linuxptpPortState,
  type CurrentDataSet,
  type DefaultDataSet,
  type ParentDataSet,
  type PortState,
  type TimeProperties,
} from "@ptp/ptp";
import { outOfRange, type ClockLimits } from "./clock-limits.ts";
import { followStatus } from "./follow-status.ts";
import { initialSyncStatus, stepSync, type SyncChange, type SyncCondition, type SyncStatus } from "./sync-machine.ts";

/** One observation of a ptp4l instance. All come typed from its management socket, or from its log where that is silent. */
export type PtpClockObservation =
  | { readonly kind: "process-up" }
  /** `detail`: how it ended, for the cause. */
  | { readonly kind: "process-down"; readonly detail: string }
  /** It lives and has answered nothing for too long. `detail`: for how long, for the cause. */
  | { readonly kind: "silent"; readonly detail: string }
  | { readonly kind: "default-data-set"; readonly dataSet: DefaultDataSet }
  | { readonly kind: "parent-data-set"; readonly dataSet: ParentDataSet }
  | { readonly kind: "current-data-set"; readonly dataSet: CurrentDataSet }
  | { readonly kind: "time-properties-data-set"; readonly dataSet: TimeProperties }
  | {
      readonly kind: "port";
      readonly number: number;
      readonly state: PortState;
      readonly interfaceName?: string;
      /** log2 of seconds between Sync messages. */
      readonly logSyncInterval?: number;
    }
  /** TIME_STATUS_NP. Only a new ingress time is a new measurement. */
  | {
      readonly kind: "time-status";
      readonly offsetNs: number;
      readonly ingressTimeNs: bigint;
      /** Of a summary: the largest absolute offset in it, for which thresholds must hold. */
      readonly largestNs?: number;
      /** What a line says of the servo along with it. */
      readonly servo?: ServoReading;
    }
  /** The class that ptp4l announces, where only a line tells it. */
  | { readonly kind: "clock-class"; readonly clockClass: number }
  /** What only the log tells of the servo; both signed values belong to the own clock. */
  | ({ readonly kind: "servo" } & ServoReading)
  /** Nothing happened but time. */
  | { readonly kind: "tick" };

/** What ptp4l logs of its servo, per summary interval or per Sync. */
export interface ServoReading {
  /** Largest absolute offset of the interval. */
  readonly maxNs: number;
  readonly freqPpb: number;
  /** Path delay, if the line tells it. */
  readonly delayNs?: number;
}

/** What is known of one port. */
export interface PtpPort {
  readonly state: PortState;
  readonly interfaceName: string;
  readonly logSyncInterval: number;
  readonly since: Instant;
  /** When it last began to acquire a time transmitter: measurements up to then belong to another one. */
  readonly acquiringSince?: Instant;
  /** What a clock amounts to that follows this port with a good measurement: asked for every line, worded once. */
  readonly good: SyncCondition;
}

/** The last measurement of the offset from the time transmitter. */
export interface PtpSample {
  readonly offsetNs: number;
  readonly largestNs?: number;
  readonly ingressTimeNs: bigint;
  readonly at: Instant;
}

/** Everything known of the clock of one ptp4l instance (ordinary, boundary or grandmaster). */
export interface PtpClock {
  readonly status: SyncStatus;
  readonly process: { readonly up: boolean; readonly detail: string };
  /** Present from when it was found to live and answer nothing until it tells something again: for how long it had not. */
  readonly silence?: string;
  readonly ports: ReadonlyMap<number, PtpPort>;
  readonly sample?: PtpSample;
  readonly servo?: ServoReading;
  /** Number of the port that receives time, or did last. */
  readonly receiverPort?: number;
  /** The class that a line told; data sets know better. */
  readonly heardClass?: number;
  readonly defaultDataSet?: DefaultDataSet;
  readonly parentDataSet?: ParentDataSet;
  readonly currentDataSet?: CurrentDataSet;
  readonly timePropertiesDataSet?: TimeProperties;
}

/** Whose time a ptp4l gives that receives none. */
export interface GivenTime {
  /** For the cause: `the T-GM of p`. */
  readonly name: string;
  readonly status: SyncStatus;
}

/** Limits of a PTP clock; `source`: absent if nobody here knows whose time it gives. */
export interface PtpClockLimits extends ClockLimits {
  readonly source?: GivenTime;
}

/** Outcome of one step of a PTP clock. */
export interface PtpClockStep {
  readonly clock: PtpClock;
  readonly change?: SyncChange;
}

/** A clock whose ptp4l has not been seen yet. */
export function initialPtpClock(now: Instant): PtpClock {
  const detail = "ptp4l has not started";
  return { status: initialSyncStatus(now, detail), process: { up: false, detail }, ports: new Map() };
}

/**
 * Takes in one observation and decides the state, but for what a line says of the servo beside management: that bears on no
 * state, and an agent that has slept must not take its own sleep for silence. Pure: equal input, equal output.
 */
export function stepPtpClock(
  clock: PtpClock,
  observation: PtpClockObservation,
  limits: PtpClockLimits,
  now: Instant,
): PtpClockStep {
  const seen = hearPtpClock(clock, observation, now);
  if (observation.kind === "servo") return { clock: seen };
  const given = limits.source && givenCondition(seen, limits.source, now);
  const { status, change } =
    given === undefined
      ? stepSync(seen.status, condition(seen, limits, now), limits, now)
      : stepSync(seen.status, given, { holdoverMs: Infinity }, now);
  const stepped = status === seen.status ? seen : { ...seen, status };
  return change === undefined ? { clock: stepped } : { clock: stepped, change };
}

/**
 * Takes in one observation of a round without deciding: the state is decided when the whole round is known. While the
 * process is down, answers and lines of the dead one may still come in: they say nothing of the next.
 */
export function hearPtpClock(clock: PtpClock, observation: PtpClockObservation, now: Instant): PtpClock {
  if (!clock.process.up && observation.kind !== "process-up" && observation.kind !== "process-down") return clock;
  if (observation.kind === "tick") return clock;
  if (observation.kind === "process-up") return { ...forget(clock, ""), process: { up: true, detail: "" } };
  if (observation.kind === "process-down") return forget(clock, observation.detail);
  if (observation.kind === "silent") {
    return { ...forget(clock, ""), process: clock.process, silence: observation.detail };
  }
  return learn(speaking(clock), observation, now);
}

/** It tells something: its silence is over. */
function speaking(clock: PtpClock): PtpClock {
  if (clock.silence === undefined) return clock;
  const { silence: _, ...rest } = clock;
  return rest;
}

type Told = Exclude<PtpClockObservation, { kind: "process-up" | "process-down" | "silent" | "tick" }>;

function learn(clock: PtpClock, observation: Told, now: Instant): PtpClock {
  switch (observation.kind) {
    case "default-data-set":
      return { ...clock, defaultDataSet: observation.dataSet };
    case "parent-data-set":
      return { ...clock, parentDataSet: observation.dataSet };
    case "current-data-set":
      return { ...clock, currentDataSet: observation.dataSet };
    case "time-properties-data-set":
      return { ...clock, timePropertiesDataSet: observation.dataSet };
    case "port":
      return observePort(clock, observation, now);
    case "time-status":
      return observeTime(clock, observation, now);
    case "clock-class":
      return { ...clock, heardClass: observation.clockClass };
    case "servo":
      return { ...clock, servo: readingOf(observation) };
  }
}

function readingOf({ maxNs, freqPpb, delayNs }: ServoReading): ServoReading {
  return delayNs === undefined ? { maxNs, freqPpb } : { maxNs, freqPpb, delayNs };
}

/** What a dead or silent ptp4l said holds no longer. The receiving port names the clock outside, and a restart renames nothing. */
function forget({ status, receiverPort }: PtpClock, detail: string): PtpClock {
  const named = receiverPort === undefined ? {} : { receiverPort };
  return { status, process: { up: false, detail }, ports: new Map(), ...named };
}

function observePort(clock: PtpClock, port: Extract<PtpClockObservation, { kind: "port" }>, now: Instant): PtpClock {
  const before = clock.ports.get(port.number);
  const isSame = before?.state === port.state;
  const acquiringSince = port.state === "UNCALIBRATED" && !isSame ? now : before?.acquiringSince;
  const interfaceName = port.interfaceName ?? before?.interfaceName ?? "";
  const good: SyncCondition =
    before?.interfaceName === interfaceName ? before.good : goodCondition(portName(port.number, interfaceName));
  const after: PtpPort = {
    state: port.state,
    interfaceName,
    logSyncInterval: port.logSyncInterval ?? before?.logSyncInterval ?? 0,
    since: isSame ? before.since : now,
    ...(acquiringSince && { acquiringSince }),
    good,
  };
  const seen = { ...clock, ports: new Map(clock.ports).set(port.number, after) };
  return port.state === "TIME_RECEIVER" ? { ...seen, receiverPort: port.number } : seen;
}

function observeTime(
  clock: PtpClock,
  time: Extract<PtpClockObservation, { kind: "time-status" }>,
  now: Instant,
): PtpClock {
  const isNew = time.ingressTimeNs !== 0n && time.ingressTimeNs !== clock.sample?.ingressTimeNs;
  if (!isNew) return clock;
  const { offsetNs, ingressTimeNs, largestNs, servo } = time;
  const sample: PtpSample =
    largestNs === undefined ? { offsetNs, ingressTimeNs, at: now } : { offsetNs, largestNs, ingressTimeNs, at: now };
  return servo === undefined ? { ...clock, sample } : { ...clock, sample, servo };
}

function goodCondition(name: string): SyncCondition {
  return { kind: "tracking", cause: `${name} is SLAVE, offset within thresholds` };
}

function condition(clock: PtpClock, limits: ClockLimits, now: Instant): SyncCondition {
  if (!clock.process.up) {
    if (clock.status.state === "UNKNOWN") return { kind: "unobserved", cause: clock.process.detail };
    return { kind: "lost", cause: clock.process.detail, toleranceMs: limits.ptp4lDowntimeMs };
  }
  if (clock.silence !== undefined) return { kind: "silent", cause: clock.silence };
  if (clock.ports.size === 0) return { kind: "unobserved", cause: "ptp4l has not told its port states" };
  const receiver = receiverOf(clock);
  return receiver === undefined ? withoutReceiver(clock) : withReceiver(clock, receiver, limits, now);
}

const givenGraceMs = 1000;

/** One that gives the time of another clock is as good as that one, and holds over as long. */
function givenCondition(clock: PtpClock, { name, status }: GivenTime, now: Instant): SyncCondition | undefined {
  if (!clock.process.up || clock.ports.size === 0 || receiverOf(clock) !== undefined) return undefined;
  const cause = `gives the time of ${name}`;
  if (status.state === "LOCKED") return { kind: "tracking", cause };
  const followed = { ...status, cause: [`${cause}, which is ${status.state}`, ...status.cause] };
  const condition = followStatus(followed, clock.status, now);
  if (condition.kind !== "lost" || condition.toleranceMs === undefined) return condition;
  // It says itself when its holdover is over, and why.
  return { ...condition, toleranceMs: condition.toleranceMs + givenGraceMs };
}

/** The first port that receives time. */
function receiverOf({ ports }: PtpClock): [number, PtpPort] | undefined {
  for (const entry of ports) if (entry[1].state === "TIME_RECEIVER") return entry;
  return undefined;
}

function withReceiver(
  clock: PtpClock,
  [number, port]: [number, PtpPort],
  limits: ClockLimits,
  now: Instant,
): SyncCondition {
  const staleMs = freshnessMs(port.logSyncInterval);
  // ptp4l needs measurements to make a port SLAVE, so the last one may be older than that.
  const sample = sampleOf(clock, port, port.since.monotonicMs - staleMs);
  if (sample === undefined) {
    const name = portName(number, port.interfaceName);
    return now.monotonicMs - port.since.monotonicMs < staleMs
      ? { kind: "unobserved", cause: `${name} is SLAVE, first measurement awaited` }
      : { kind: "lost", cause: `${name} is SLAVE but measures nothing` };
  }
  const ageMs = now.monotonicMs - sample.at.monotonicMs;
  if (ageMs > staleMs) {
    const name = portName(number, port.interfaceName);
    return { kind: "lost", cause: `${name} is SLAVE but got no Sync for ${staleMs / 1000} s` };
  }
  const reason = outOfRange(sample.largestNs ?? sample.offsetNs, limits);
  return reason === undefined ? port.good : { kind: "out-of-range", cause: reason };
}

/** The last measurement, unless it was made before that moment or of another time transmitter. */
function sampleOf({ sample }: PtpClock, { acquiringSince }: PtpPort, sinceMs: number): PtpSample | undefined {
  if (sample === undefined || sample.at.monotonicMs < sinceMs) return undefined;
  return acquiringSince === undefined || sample.at.monotonicMs > acquiringSince.monotonicMs ? sample : undefined;
}

/** Four intervals without a Sync, but 2 s at least: slower than any loss of Announce, which ptp4l notices itself. */
export function freshnessMs(logSyncInterval: number): number {
  return Math.max(2000, 4 * 1000 * 2 ** Math.min(logSyncInterval, 10));
}

function withoutReceiver(clock: PtpClock): SyncCondition {
  const states = [...clock.ports]
    .map(([number, port]) => `${portName(number, port.interfaceName)} is ${linuxptpPortState(port.state)}`)
    .join(", ");
  const hasReference = clock.status.state === "LOCKED" || clock.status.state === "HOLDOVER";
  if (isOwnGrandmaster(clock) && !hasReference) {
    return { kind: "unreferenced", cause: `its own grandmaster, no time source is observed: ${states}` };
  }
  return { kind: "lost", cause: `no port is SLAVE: ${states}` };
}

/** Gives time and names itself as its parent. A receive-only clock never does, and one that is still listening not yet. */
function isOwnGrandmaster({ ports, defaultDataSet, parentDataSet }: PtpClock): boolean {
  const own = defaultDataSet?.clockIdentity;
  const states = [...ports.values()].map(({ state }) => state);
  return (
    own !== undefined &&
    parentDataSet?.parentPortIdentity.clockIdentity === own &&
    states.some(isTransmitting) &&
    !states.some((state) => state === "LISTENING" || state === "UNCALIBRATED")
  );
}

function portName(number: number, interfaceName: string): string {
  return interfaceName === "" ? `port ${number}` : `port ${number} (${interfaceName})`;
}
