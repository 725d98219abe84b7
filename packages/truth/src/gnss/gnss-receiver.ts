import type { Instant } from "@ptp/node";
import type { AntennaState } from "@ptp/ptp";
import { outsideOf, type ClockLimits } from "../clock-limits.ts";
import { earliestMs, settleFact, type Change, type Fact } from "../fact.ts";
import { initialSyncStatus, stepSync, type SyncChange, type SyncCondition, type SyncStatus } from "../sync-machine.ts";

/** Kind of fix as receivers number them: 0 none, 1 dead reckoning, 2 2D, 3 3D, 4 GNSS and dead reckoning, 5 time only. */
export type GnssFix = 0 | 1 | 2 | 3 | 4 | 5;

/** One observation of a GNSS receiver. */
export type GnssObservation =
  | { readonly kind: "process-up" }
  | { readonly kind: "process-down"; readonly detail: string }
  /** What it reports each second, in one message or two: its fix, and its own estimate of how exact its time is. */
  | {
      readonly kind: "status";
      readonly fix?: GnssFix;
      readonly timeAccuracyNs?: number;
      readonly antenna?: AntennaState;
    }
  | { readonly kind: "antenna"; readonly antenna: AntennaState }
  | { readonly kind: "tick" };

/** States of a receiver in the words of O-RAN's event. */
export const gnssReceiverStates = [
  "SYNCHRONIZED",
  "ACQUIRING-SYNC",
  "ANTENNA-DISCONNECTED",
  "ANTENNA-SHORT-CIRCUIT",
  "BOOTING",
  "FAILURE-NOFIX",
] as const;

/** State of a receiver. */
export type GnssReceiverState = (typeof gnssReceiverStates)[number];

/** Everything known of one receiver. */
export interface GnssReceiver {
  /** LOCKED with a fix and an accuracy in range; never HOLDOVER, that is the DPLL's. */
  readonly status: SyncStatus;
  readonly state: Fact<GnssReceiverState>;
  readonly process: { readonly up: boolean; readonly detail: string };
  readonly antenna: AntennaState;
  readonly fix?: { readonly value: GnssFix; readonly at: Instant };
  readonly timeAccuracy?: { readonly valueNs: number; readonly at: Instant };
}

/** What a receiver did. */
export type GnssChange =
  ({ readonly kind: "state" } & SyncChange) | ({ readonly kind: "gnss-state" } & Change<GnssReceiverState>);

/** Outcome of one step; `nextTickMs`: when time alone changes something, in monotonic milliseconds. */
export interface GnssStep {
  readonly receiver: GnssReceiver;
  readonly changes: readonly GnssChange[];
  readonly nextTickMs?: number;
}

/** A receiver reports each second; after so long without a report it is not known any more. */
export const gnssFreshnessMs = 5000;

const fixNames: Readonly<Record<GnssFix, string>> = {
  0: "no fix",
  1: "dead reckoning only",
  2: "2D fix",
  3: "3D fix",
  4: "GNSS and dead reckoning fix",
  5: "time only fix",
};

/** The kind of fix with that number; a number that no receiver uses is no fix. */
export function gnssFixFromCode(code: number): GnssFix {
  return Object.hasOwn(fixNames, code) ? (code as GnssFix) : 0;
}

/** A receiver whose programs have not been seen yet. */
export function initialGnssReceiver(now: Instant): GnssReceiver {
  const detail = "gpsd has not started";
  return {
    status: initialSyncStatus(now, detail),
    state: { value: "BOOTING", since: now, cause: [detail] },
    process: { up: false, detail },
    antenna: "unknown",
  };
}

/** Takes in one observation and decides the state. Pure. */
export function stepGnss(
  receiver: GnssReceiver,
  observation: GnssObservation,
  limits: ClockLimits,
  now: Instant,
): GnssStep {
  const seen = observe(receiver, observation, now);
  const verdict = judge(seen, limits, now);
  const sync = stepSync(seen.status, verdict.condition, { holdoverMs: 0 }, now);
  const named = settleFact(seen.state, verdict.state, [verdict.condition.cause], now);
  const changes: GnssChange[] = [];
  if (sync.change !== undefined) changes.push({ kind: "state", ...sync.change });
  if (named.change !== undefined) changes.push({ kind: "gnss-state", ...named.change });
  const told = seen.process.up ? [seen.fix, seen.timeAccuracy] : [];
  const nextTickMs = earliestMs(
    told.map((each) => each && each.at.monotonicMs + gnssFreshnessMs),
    now,
  );
  return {
    receiver: { ...seen, status: sync.status, state: named.fact },
    changes,
    ...(nextTickMs !== undefined && { nextTickMs }),
  };
}

/** While its programs are down, what is still in the pipe says nothing of the next ones. */
function observe(receiver: GnssReceiver, observation: GnssObservation, now: Instant): GnssReceiver {
  const { status, state } = receiver;
  switch (observation.kind) {
    case "process-up":
      return { status, state, process: { up: true, detail: "" }, antenna: "unknown" };
    case "process-down":
      return { status, state, process: { up: false, detail: observation.detail }, antenna: "unknown" };
    case "status": {
      if (!receiver.process.up) return receiver;
      const { fix, timeAccuracyNs: valueNs, antenna = receiver.antenna } = observation;
      return {
        ...receiver,
        antenna,
        ...(fix !== undefined && { fix: { value: fix, at: now } }),
        ...(valueNs !== undefined && { timeAccuracy: { valueNs, at: now } }),
      };
    }
    case "antenna":
      return receiver.process.up ? { ...receiver, antenna: observation.antenna } : receiver;
    case "tick":
      return receiver;
  }
}

interface Verdict {
  readonly condition: SyncCondition;
  readonly state: GnssReceiverState;
}

function judge(receiver: GnssReceiver, limits: ClockLimits, now: Instant): Verdict {
  const { process, fix, antenna } = receiver;
  if (!process.up) return { condition: { kind: "unobserved", cause: process.detail }, state: "BOOTING" };
  if (fix === undefined) {
    return { condition: { kind: "unobserved", cause: "the GNSS receiver has told nothing yet" }, state: "BOOTING" };
  }
  if (isStale(fix, now)) {
    const cause = `the GNSS receiver told nothing for ${gnssFreshnessMs / 1000} s`;
    return { condition: { kind: "lost", cause }, state: "FAILURE-NOFIX" };
  }
  const reason = whyUnusable(fix.value, receiver, limits, now);
  if (reason === undefined) {
    const cause = `GNSS has a ${fixNames[fix.value]}, accuracy within thresholds`;
    return { condition: { kind: "tracking", cause }, state: "SYNCHRONIZED" };
  }
  const cause = antennaFault(antenna);
  if (cause === undefined) return { condition: { kind: "unreferenced", cause: reason }, state: nameOf(fix.value) };
  const state = antenna === "short" ? "ANTENNA-SHORT-CIRCUIT" : "ANTENNA-DISCONNECTED";
  return { condition: { kind: "unreferenced", cause: `${cause}, ${reason}` }, state };
}

function whyUnusable(
  fix: GnssFix,
  { timeAccuracy }: GnssReceiver,
  limits: ClockLimits,
  now: Instant,
): string | undefined {
  if (fix < 3) return `GNSS fix lost: ${fixNames[fix]}`;
  if (timeAccuracy === undefined || isStale(timeAccuracy, now)) return "the GNSS receiver tells no time accuracy";
  return outsideOf(timeAccuracy.valueNs, limits, "GNSS time accuracy");
}

function isStale({ at }: { readonly at: Instant }, now: Instant): boolean {
  return now.monotonicMs - at.monotonicMs >= gnssFreshnessMs;
}

function antennaFault(antenna: AntennaState): string | undefined {
  if (antenna === "short") return "the GNSS antenna has a short circuit";
  return antenna === "open" ? "the GNSS antenna is disconnected" : undefined;
}

function nameOf(fix: GnssFix): GnssReceiverState {
  return fix === 0 ? "FAILURE-NOFIX" : "ACQUIRING-SYNC";
}
