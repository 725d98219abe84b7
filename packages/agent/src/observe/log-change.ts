import type { Logger } from "@ptp/kit";
import type { SyncChange } from "@ptp/truth";

/** One log line per transition of a clock, with its cause chain. */
export function logChange(log: Logger, change: SyncChange, fields: Readonly<Record<string, string>>): void {
  log.info("clock state changed", { ...fields, from: change.from, to: change.to, cause: change.cause.join("; ") });
}
