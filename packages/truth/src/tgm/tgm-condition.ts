import type { Instant } from "@ptp/node";
import { followStatus } from "../follow-status.ts";
import type { SyncCondition, SyncStatus } from "../sync-machine.ts";

/** State of one DPLL of a T-GM. */
export interface TgmDpll {
  readonly interfaceName: string;
  /** Follows GNSS itself; the others follow its pulse. */
  readonly leading: boolean;
  readonly status: SyncStatus;
}

/** What a T-GM is made of. */
export interface TgmParts {
  readonly gnss: SyncStatus;
  /** None on hardware without. */
  readonly dplls: readonly TgmDpll[];
  readonly ts2phc: SyncStatus;
}

/** Times of a T-GM. */
export interface TgmTimes {
  /** How long a DPLL may go on to say that it is locked after GNSS is lost. */
  readonly graceMs: number;
  /** How long the hardware stays in specification without GNSS. */
  readonly inSpecMs: number;
}

/**
 * What the parts of a T-GM amount to. The DPLLs decide first, since they hold the time; then GNSS; then ts2phc, which
 * brings the time to the clocks. The cause begins with the part that decides.
 */
export function tgmCondition(parts: TgmParts, status: SyncStatus, times: TgmTimes, now: Instant): SyncCondition {
  return dpllCondition(parts.dplls, status, now) ?? sourceCondition(parts, status, times, now);
}

function dpllCondition(dplls: readonly TgmDpll[], status: SyncStatus, now: Instant): SyncCondition | undefined {
  const leading = dplls.find((dpll) => dpll.leading) ?? dplls[0];
  if (leading === undefined) return undefined;
  if (leading.status.state !== "LOCKED") return followStatus(leading.status, status, now);
  const behind = dplls.find((dpll) => dpll.status.state !== "LOCKED");
  if (behind === undefined) return undefined;
  const cause = behind.status.cause.join(": ");
  const isUnknown = status.state === "UNKNOWN" && behind.status.state === "UNKNOWN";
  return { kind: isUnknown ? "unobserved" : "unreferenced", cause };
}

function sourceCondition(
  { gnss, dplls, ts2phc }: TgmParts,
  status: SyncStatus,
  times: TgmTimes,
  now: Instant,
): SyncCondition {
  if (ts2phc.state !== "LOCKED") return followStatus(ts2phc, status, now);
  if (gnss.state === "LOCKED") {
    return { kind: "tracking", cause: `GNSS, ${dplls.length === 0 ? "" : "DPLL, "}ts2phc: all are locked` };
  }
  if (gnss.state === "UNKNOWN" && status.state === "UNKNOWN")
    return { kind: "unobserved", cause: gnss.cause.join(": ") };
  const lostForMs = now.monotonicMs - gnss.since.monotonicMs;
  const cause = gnss.cause.join(": ");
  if (status.state === "LOCKED" && lostForMs < times.graceMs)
    return { kind: "tracking", cause: `${cause}, for a moment` };
  return { kind: "lost", cause, toleranceMs: times.inSpecMs };
}
