import type { Instant } from "@ptp/node";
import { outsideOf, type ClockLimits } from "../clock-limits.ts";
import { earliestMs } from "../fact.ts";
import { initialSyncStatus, stepSync, type SyncChange, type SyncCondition, type SyncStatus } from "../sync-machine.ts";
import { assumedOffsetNs, inSpecMs, type HoldoverParameters } from "./holdover-parameters.ts";
import { effectiveStatus, type DpllFlags, type DpllLockStatus } from "./lock-status.ts";

/** One observation of the DPLL of a NIC. */
export type DpllObservation =
  /** What a notification or a reading tells; what it does not name stays. Readings come at least once a second. */
  | {
      readonly kind: "status";
      readonly eec?: DpllLockStatus;
      readonly pps?: DpllLockStatus;
      readonly phaseOffsetNs?: number;
    }
  /** Nobody reads it any more. */
  | { readonly kind: "silent"; readonly detail: string }
  | { readonly kind: "tick" };

/** What a DPLL follows, and with it what its holdover is worth. */
export interface DpllOptions {
  readonly interfaceName: string;
  /** `gnss` and `ptp4l` lead; `pps` follows the pulse of a leading one and has no holdover of its own. */
  readonly source: "gnss" | "pps" | "ptp4l";
  readonly flags: DpllFlags;
  readonly limits: Pick<ClockLimits, "minOffsetNs" | "maxOffsetNs">;
  readonly holdover: HoldoverParameters;
}

/** Everything known of one DPLL. */
export interface DpllClock {
  readonly status: SyncStatus;
  readonly eec: DpllLockStatus;
  readonly pps: DpllLockStatus;
  /** Last offset between the pulse it follows and its own. */
  readonly phaseOffsetNs?: number;
  /** When it last told anything. */
  readonly heardAt?: Instant;
  readonly silence: string;
  /** Its offset, told or assumed, is within `maxInSpecOffsetNs`. False until it was locked. */
  readonly inSpec: boolean;
}

/** Outcome of one step; `nextTickMs`: when time alone changes something, in monotonic milliseconds. */
export interface DpllStep {
  readonly clock: DpllClock;
  readonly change?: SyncChange;
  readonly nextTickMs?: number;
}

/** A DPLL that has told nothing for so long is not known any more. */
export const dpllFreshnessMs = 5000;

/** A DPLL of which nothing was heard yet. */
export function initialDpllClock(now: Instant, interfaceName: string): DpllClock {
  const silence = `the DPLL of ${interfaceName} has told nothing yet`;
  return { status: initialSyncStatus(now, silence), eec: "unknown", pps: "unknown", silence, inSpec: false };
}

/** Takes in one observation and decides the state. Pure. */
export function stepDpll(clock: DpllClock, observation: DpllObservation, options: DpllOptions, now: Instant): DpllStep {
  const seen = observe(clock, observation, now);
  const holdoverMs = longestHoldoverMs(options);
  const { status, change } = stepSync(seen.status, condition(seen, options, now), { holdoverMs }, now);
  const stepped = { ...seen, status };
  const after = { ...stepped, inSpec: isInSpec(stepped, options, now) };
  const nextTickMs = nextTick(after, options, now);
  return { clock: after, ...(change && { change }), ...(nextTickMs !== undefined && { nextTickMs }) };
}

/**
 * Best guess of how far the clock is off: the measured phase offset while locked, the assumed one during holdover, else
 * undefined. Nothing is told where there is nothing to tell.
 */
export function dpllOffsetNs(
  { status, phaseOffsetNs }: DpllClock,
  { flags, holdover }: DpllOptions,
  now: Instant,
): number | undefined {
  if (status.state === "HOLDOVER") return assumedOffsetNs(holdover, now.monotonicMs - status.since.monotonicMs);
  return status.state === "LOCKED" && !flags.noPhaseOffset ? phaseOffsetNs : undefined;
}

/** Whether it has a pulse to follow: it is locked. Held over or unlocked it has lost its source. */
export function followsPulse({ status }: DpllClock): boolean {
  return status.state === "LOCKED";
}

function observe(clock: DpllClock, observation: DpllObservation, now: Instant): DpllClock {
  switch (observation.kind) {
    case "status": {
      const { eec = "unknown", pps = "unknown", phaseOffsetNs = clock.phaseOffsetNs } = observation;
      return {
        ...clock,
        eec: eec === "unknown" ? clock.eec : eec,
        pps: pps === "unknown" ? clock.pps : pps,
        ...(phaseOffsetNs !== undefined && { phaseOffsetNs }),
        heardAt: now,
      };
    }
    case "silent": {
      const { status, inSpec } = clock;
      return { status, inSpec, eec: "unknown", pps: "unknown", silence: observation.detail };
    }
    case "tick":
      return clock;
  }
}

function condition(clock: DpllClock, options: DpllOptions, now: Instant): SyncCondition {
  const { interfaceName, source, flags } = options;
  if (clock.heardAt === undefined) return silent(clock, clock.silence);
  if (now.monotonicMs - clock.heardAt.monotonicMs >= dpllFreshnessMs) {
    return silent(clock, `the DPLL of ${interfaceName} told nothing for ${dpllFreshnessMs / 1000} s`);
  }
  const status = effectiveStatus(clock, flags, source);
  switch (status) {
    case "unknown":
      return { kind: "unobserved", cause: `the DPLL of ${interfaceName} has not told its whole status` };
    case "invalid":
    case "unlocked":
      return { kind: "unreferenced", cause: `the DPLL of ${interfaceName} is ${status}` };
    case "holdover":
      return heldOver(clock, options);
    case "locked":
    case "locked-ho-acq":
      return lockedCondition(clock, options);
  }
}

/** Silence is no holdover in specification: it may last as long again as it took to notice. */
function silent({ status }: DpllClock, cause: string): SyncCondition {
  if (status.state === "UNKNOWN") return { kind: "unobserved", cause };
  return { kind: "lost", cause, toleranceMs: dpllFreshnessMs };
}

function heldOver(clock: DpllClock, { interfaceName, source, holdover }: DpllOptions): SyncCondition {
  const cause = `the DPLL of ${interfaceName} is in holdover`;
  if (source === "pps") return { kind: "unreferenced", cause: `${cause} and follows a pulse only` };
  const offsetNs = clock.status.state === "HOLDOVER" ? 0 : Math.abs(clock.phaseOffsetNs ?? 0);
  if (source === "ptp4l" && offsetNs > holdover.maxHoldoverOffsetNs) {
    const limit = `LocalMaxHoldoverOffSet ${holdover.maxHoldoverOffsetNs} ns`;
    return { kind: "unreferenced", cause: `${cause} with phase offset ${offsetNs} ns above ${limit}` };
  }
  return { kind: "lost", cause };
}

function lockedCondition({ phaseOffsetNs }: DpllClock, { interfaceName, flags, limits }: DpllOptions): SyncCondition {
  const cause = `the DPLL of ${interfaceName} is locked`;
  if (flags.noPhaseOffset) return { kind: "tracking", cause };
  if (phaseOffsetNs === undefined) return { kind: "unobserved", cause: `${cause}, phase offset awaited` };
  const reason = outsideOf(phaseOffsetNs, limits, "phase offset");
  return reason === undefined ? { kind: "tracking", cause } : { kind: "unreferenced", cause: `${cause}, ${reason}` };
}

/** Behind GNSS, time that is out of specification is nobody's; a T-BC goes on and announces a worse class. */
function longestHoldoverMs({ source, holdover }: DpllOptions): number {
  return source === "ptp4l" ? holdover.timeoutMs : inSpecMs(holdover);
}

function isInSpec({ status, inSpec, phaseOffsetNs }: DpllClock, { holdover }: DpllOptions, now: Instant): boolean {
  if (status.state === "LOCKED") return Math.abs(phaseOffsetNs ?? 0) <= holdover.maxInSpecOffsetNs;
  if (status.state !== "HOLDOVER") return false;
  return inSpec && now.monotonicMs - status.since.monotonicMs < inSpecMs(holdover);
}

function nextTick({ status, inSpec, heardAt }: DpllClock, { holdover }: DpllOptions, now: Instant): number | undefined {
  const isHeld = status.state === "HOLDOVER";
  return earliestMs(
    [
      status.holdoverEndsMs,
      isHeld && inSpec ? status.since.monotonicMs + inSpecMs(holdover) : undefined,
      heardAt === undefined || (status.state !== "LOCKED" && !isHeld)
        ? undefined
        : heardAt.monotonicMs + dpllFreshnessMs,
    ],
    now,
  );
}
