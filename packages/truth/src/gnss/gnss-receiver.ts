import type { Instant } from "@ptp/node";
import { outsideOf, type ClockLimits } from "../clock-limits.ts";
import { settleFact, type Change, type Fact } from "../fact.ts";
import { initialSyncStatus, stepSync, type SyncChange, type SyncCondition, type SyncStatus } from "../sync-machine.ts";

/** Kind of fix as receivers number them: 0 none, 1 dead reckoning, 2 2D, 3 3D, 4 GNSS and dead reckoning, 5 time only. */
export type GnssFix = 0 | 1 | 2 | 3 | 4 | 5;

/** What the receiver says of its antenna. */
export type AntennaState = "ok" | "open" | "short" | "unknown";

/** One observation of a GNSS receiver. */
export type GnssObservation =
  | { readonly kind: "process-up" }
  | { readonly kind: "process-down"; readonly detail: string }
  /** Its report of each second; `timeAccuracyNs`: its own estimate, absent if it tells none. */
  | { readonly kind: "status"; readonly fix: GnssFix; readonly timeAccuracyNs?: number }
  | { readonly kind: "antenna"; readonly antenna: AntennaState }
  | { readonly kind: "tick" };

/** State of a receiver in the words of O-RAN's event. */
export type GnssReceiverState =
  "SYNCHRONIZED" | "ACQUIRING-SYNC" | "ANTENNA-DISCONNECTED" | "ANTENNA-SHORT-CIRCUIT" | "BOOTING" | "FAILURE-NOFIX";

/** Everything known of one receiver. */
export interface GnssReceiver {
  /** LOCKED with a fix and an accuracy in range; never HOLDOVER, that is the DPLL's. */
  readonly status: SyncStatus;
  readonly state: Fact<GnssReceiverState>;
  readonly process: { readonly up: boolean; readonly detail: string };
  readonly antenna: AntennaState;
  readonly report?: { readonly fix: GnssFix; readonly timeAccuracyNs?: number; readonly at: Instant };
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
  const { report, process } = seen;
  const isFresh = process.up && report !== undefined && now.monotonicMs < report.at.monotonicMs + gnssFreshnessMs;
  return {
    receiver: { ...seen, status: sync.status, state: named.fact },
    changes,
    ...(isFresh && { nextTickMs: report.at.monotonicMs + gnssFreshnessMs }),
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
      const { fix, timeAccuracyNs } = observation;
      return { ...receiver, report: { fix, at: now, ...(timeAccuracyNs !== undefined && { timeAccuracyNs }) } };
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
  const { process, report, antenna } = receiver;
  if (!process.up) return { condition: { kind: "unobserved", cause: process.detail }, state: "BOOTING" };
  if (report === undefined) {
    return { condition: { kind: "unobserved", cause: "the GNSS receiver has told nothing yet" }, state: "BOOTING" };
  }
  if (now.monotonicMs - report.at.monotonicMs >= gnssFreshnessMs) {
    const cause = `the GNSS receiver told nothing for ${gnssFreshnessMs / 1000} s`;
    return { condition: { kind: "lost", cause }, state: "FAILURE-NOFIX" };
  }
  const reason = whyUnusable(report, limits);
  if (reason === undefined) {
    const cause = `GNSS has a ${fixNames[report.fix]}, accuracy within thresholds`;
    return { condition: { kind: "tracking", cause }, state: "SYNCHRONIZED" };
  }
  const cause = antennaFault(antenna);
  if (cause === undefined) return { condition: { kind: "unreferenced", cause: reason }, state: nameOf(report.fix) };
  const state = antenna === "short" ? "ANTENNA-SHORT-CIRCUIT" : "ANTENNA-DISCONNECTED";
  return { condition: { kind: "unreferenced", cause: `${cause}, ${reason}` }, state };
}

function whyUnusable(
  { fix, timeAccuracyNs }: { readonly fix: GnssFix; readonly timeAccuracyNs?: number },
  limits: ClockLimits,
): string | undefined {
  if (fix < 3) return `GNSS fix lost: ${fixNames[fix]}`;
  if (timeAccuracyNs === undefined) return "the GNSS receiver tells no time accuracy";
  return outsideOf(timeAccuracyNs, limits, "GNSS time accuracy");
}

function antennaFault(antenna: AntennaState): string | undefined {
  if (antenna === "short") return "the GNSS antenna has a short circuit";
  return antenna === "open" ? "the GNSS antenna is disconnected" : undefined;
}

function nameOf(fix: GnssFix): GnssReceiverState {
  return fix === 0 ? "FAILURE-NOFIX" : "ACQUIRING-SYNC";
}
