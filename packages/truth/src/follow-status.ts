import type { Instant } from "@ptp/node";
import type { SyncCondition, SyncStatus } from "./sync-machine.ts";

/** What a part that is not LOCKED makes of a clock: it goes where the part went, and holds over for as long as the part does. */
export function followStatus(part: SyncStatus, status: SyncStatus, now: Instant): SyncCondition {
  const cause = part.cause.join(": ");
  if (part.state === "HOLDOVER") {
    return { kind: "lost", cause, toleranceMs: Math.max(0, (part.holdoverEndsMs ?? 0) - now.monotonicMs) };
  }
  if (part.state === "UNKNOWN" && status.state === "UNKNOWN") return { kind: "unobserved", cause };
  return { kind: "unreferenced", cause };
}
