import type { Instant, NtpFailoverOptions } from "@ptp/node";
import type { Change } from "../fact.ts";

/** Who sets the system clock: nobody yet, phc2sys from GNSS, or chronyd from the network. */
export type FailoverPhase = "waiting" | "gnss" | "ntp";

/** One observation that NTP failover acts on. */
export type FailoverObservation =
  /** The profile was applied anew. */
  | { readonly kind: "configured" }
  /** The program is there to be started and stopped. */
  | { readonly kind: "available"; readonly program: "chronyd" | "phc2sys" }
  /** ts2phc measured with its servo locked and stable. */
  | { readonly kind: "stable" }
  | { readonly kind: "tick" };

/** Where failover stands. */
export interface NtpFailover {
  readonly phase: FailoverPhase;
  readonly available: readonly ("chronyd" | "phc2sys")[];
  /** When ts2phc counts as lost unless it is stable before, in monotonic milliseconds. */
  readonly deadlineMs: number;
  /** The last run of stable measurements without a gap of the tolerance, in monotonic milliseconds. */
  readonly stable?: { readonly sinceMs: number; readonly untilMs: number };
  /** GNSS was lost again before it had been good for long: it is taken back when it has been. */
  readonly onProbation: boolean;
}

/** ts2phc that was stable for the tolerance, and for so long at least, has proved good. */
const shortestProofMs = 5000;

/** Failover of a profile that was configured now. */
export function initialNtpFailover(now: Instant, { startupDelayMs }: NtpFailoverOptions): NtpFailover {
  return { phase: "waiting", available: [], deadlineMs: now.monotonicMs + startupDelayMs, onProbation: false };
}

/**
 * Takes in one observation. Silence of ts2phc counts like a bad offset: time alone leads to NTP, at the moment that
 * `nextTickMs` tells. One stable measurement leads back, but for one that did so before and was the last for long: else
 * programs would be swapped twice with each. Pure.
 */
export function stepNtpFailover(
  failover: NtpFailover,
  observation: FailoverObservation,
  options: NtpFailoverOptions,
  now: Instant,
): { readonly failover: NtpFailover; readonly change?: Change<FailoverPhase>; readonly nextTickMs?: number } {
  const seen = observe(failover, observation, options, now);
  const phase = phaseOf(seen, options, now);
  const fellBack = failover.phase === "gnss" && phase === "ntp";
  const onProbation = fellBack ? seen.stable !== undefined && !hasProved(seen, options) : seen.onProbation;
  const isSame = phase === seen.phase && onProbation === seen.onProbation;
  const after = isSame ? seen : { ...seen, phase, onProbation };
  const tick = phase === "gnss" && { nextTickMs: seen.deadlineMs };
  if (phase === failover.phase) return { failover: after, ...tick };
  return {
    failover: after,
    change: { from: failover.phase, to: phase, at: now, cause: [causeOf(after, options)] },
    ...tick,
  };
}

function phaseOf(seen: NtpFailover, options: NtpFailoverOptions, now: Instant): FailoverPhase {
  if (seen.available.length < 2) return "waiting";
  if (now.monotonicMs >= seen.deadlineMs) return "ntp";
  return seen.phase === "ntp" && seen.onProbation && !hasProved(seen, options) ? "ntp" : "gnss";
}

function hasProved({ stable }: NtpFailover, { toleranceMs }: NtpFailoverOptions): boolean {
  return stable !== undefined && stable.untilMs - stable.sinceMs >= Math.max(toleranceMs, shortestProofMs);
}

function observe(
  failover: NtpFailover,
  observation: FailoverObservation,
  options: NtpFailoverOptions,
  now: Instant,
): NtpFailover {
  switch (observation.kind) {
    case "configured":
      return { ...failover, deadlineMs: now.monotonicMs + options.startupDelayMs, onProbation: false };
    case "available":
      return { ...failover, available: [...new Set([...failover.available, observation.program])] };
    case "stable": {
      const { monotonicMs: untilMs } = now;
      const { stable, deadlineMs } = failover;
      const goesOn = stable !== undefined && untilMs - stable.untilMs < options.toleranceMs;
      const endsMs = Math.max(deadlineMs, untilMs + options.toleranceMs);
      return { ...failover, deadlineMs: endsMs, stable: { sinceMs: goesOn ? stable.sinceMs : untilMs, untilMs } };
    }
    case "tick":
      return failover;
  }
}

function causeOf({ phase }: NtpFailover, { toleranceMs }: NtpFailoverOptions): string {
  switch (phase) {
    case "waiting":
      return "chronyd or phc2sys is missing";
    case "gnss":
      return "ts2phc is stable or has time to become so";
    case "ntp":
      return `ts2phc was not stable for ${toleranceMs / 1000} s or never since it was configured`;
  }
}
