/**
 * Why a process ended, decided by whatever happened first: `stopped` its profile went away, `config-changed` its spec
 * changed, `hung` it lived but did no work, `shutdown` the agent ends, `crashed` it ended by itself or never started.
 */
export type TerminationReason = "stopped" | "config-changed" | "crashed" | "hung" | "shutdown";

/** The end of one run of a process, as data. */
export interface ExitRecord {
  readonly reason: TerminationReason;
  /** Exit code; null if a signal ended it or if it never started. */
  readonly code: number | null;
  /** Signal that ended it, such as `SIGKILL`. */
  readonly signal: string | null;
  /** Why it could not be started; absent if it was. */
  readonly failure?: string;
  /** Time from start to end. */
  readonly durationMs: number;
  /** The last lines it wrote, oldest first, bounded in number and length. */
  readonly lastWords: readonly string[];
}

/** One sentence for people, such as `ptp4l.0 exited with code 255 after 0.1 s: failed to create a clock`. */
export function describeExit(key: string, record: ExitRecord): string {
  const prefix = record.reason === "crashed" ? "" : `${record.reason}: `;
  return `${prefix}${key} ${endOf(record)}${lastWordsOf(record)}`;
}

function endOf({ failure, code, signal, durationMs }: ExitRecord): string {
  if (failure !== undefined) return `could not be started: ${failure}`;
  const how = signal === null ? `exited with code ${code ?? "unknown"}` : `was ended by ${signal}`;
  return `${how} after ${(durationMs / 1000).toFixed(1)} s`;
}

/** What a process says while it obeys a stop explains nothing. */
function lastWordsOf({ reason, lastWords }: ExitRecord): string {
  const tells = reason === "crashed" || reason === "hung";
  return tells && lastWords.length > 0 ? `: ${lastWords.join(" / ")}` : "";
}
