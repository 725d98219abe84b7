import type { CertificateWindow } from "./certificate-window.ts";
import type { SessionProblem } from "./session-problem.ts";

/** What is known when the clock stands in the way of a session. */
export interface ClockFacts {
  readonly nowUnixMs: number;
  /** The certificate that is out of its time; undefined if nobody could be asked again. */
  readonly window: CertificateWindow | undefined;
  /** Whether a configuration was accepted before, which the node then runs. */
  readonly isConfigured: boolean;
}

/** Days are precise enough for a clock that is wrong by more than a certificate's life, and let one message stand. */
function dayOf(unixMs: number): string {
  const isPresentable = Math.abs(unixMs) <= 8.64e15;
  return isPresentable ? new Date(unixMs).toISOString().slice(0, 10) : "a day beyond the calendar";
}

/** The problem of a clock, or of a certificate, that is wrong: from here one cannot tell which of the two. */
export function clockProblem({ nowUnixMs, window, isConfigured }: ClockFacts): SessionProblem {
  const certificate =
    window === undefined
      ? "the operator's certificate is not valid"
      : `the operator's certificate ${window.subject} is valid from ${window.validFrom} to ${window.validTo}, not`;
  const consequence = isConfigured
    ? "PTP runs on the last accepted configuration and may set the clock right; the session then comes up by itself"
    : "no configuration was ever accepted, so nothing runs that could set the clock: set it once by hand or by NTP, or renew the certificate if it is that which is wrong";
  return {
    reason: "clock",
    text: `TLS blocked by the clock: ${certificate} on ${dayOf(nowUnixMs)}, which this node's clock shows; ${consequence}`,
  };
}
