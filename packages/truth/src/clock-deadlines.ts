import type { Instant } from "@ptp/node";
import { earliestMs } from "./fact.ts";
import { freshnessMs, type PtpClock } from "./ptp-clock.ts";
import type { SampledClock } from "./sampled-clock.ts";

/**
 * When a PTP clock has to be told the time at the latest, in monotonic milliseconds: when its holdover ends, or a
 * measurement is awaited or holds no longer. Undefined: time alone changes nothing.
 */
export function ptpClockDeadlineMs({ status, ports, sample }: PtpClock, now: Instant): number | undefined {
  const receiver = [...ports.values()].find(({ state }) => state === "TIME_RECEIVER");
  const staleMs = receiver && freshnessMs(receiver.logSyncInterval);
  return earliestMs(
    [
      status.holdoverEndsMs,
      receiver && staleMs && receiver.since.monotonicMs + staleMs,
      // A measurement holds up to and with its last millisecond.
      sample && staleMs && sample.at.monotonicMs + staleMs + 1,
    ],
    now,
  );
}

/** The same of a clock that only its program's measurements tell of. */
export function sampledClockDeadlineMs(
  { status, sample }: SampledClock,
  limits: { readonly freshnessMs: number },
  now: Instant,
): number | undefined {
  return earliestMs([status.holdoverEndsMs, sample && sample.at.monotonicMs + limits.freshnessMs + 1], now);
}
