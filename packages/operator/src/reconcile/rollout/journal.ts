import type { ClockStand, Journal, StartedUpdate } from "./rollout-view.ts";

/** Annotation of the agents' DaemonSet with the updates that have begun. */
export const journalAnnotation = "ptp.openshift.io/agent-update-state";

/** An annotation may not grow without bound; of the nodes beyond that their clocks are waited for. */
const mostExcused = 2000;

/** Nothing has begun. */
export const emptyJournal: Journal = { updates: new Map(), excused: new Set() };

/** The text of an annotation; undefined when there is nothing to tell. */
export function formatJournal({ updates, excused }: Journal): string | undefined {
  if (updates.size === 0 && excused.size === 0) return undefined;
  const byNode = [...updates].map(([nodeName, { startedUnixMs, ...update }]) => [
    nodeName,
    { ...update, started: new Date(startedUnixMs).toISOString() },
  ]);
  return JSON.stringify({ updates: Object.fromEntries(byNode), excused: [...excused].slice(0, mostExcused) });
}

/** Reads an annotation; what is not understood (people may write it) counts as never begun. */
export function parseJournal(text: string | undefined): Journal {
  const { updates, excused } = recordOf(parseJson(text ?? ""));
  const read = Object.entries(recordOf(updates)).flatMap(([nodeName, value]) => {
    const update = readUpdate(recordOf(value));
    return update === undefined ? [] : [[nodeName, update] as const];
  });
  const names = Array.isArray(excused) ? excused.filter((name) => typeof name === "string") : [];
  return { updates: new Map(read), excused: new Set(names) };
}

function readUpdate(value: Readonly<Record<string, unknown>>): StartedUpdate | undefined {
  const { replaces, started, wasSettled, clocksBefore } = value;
  const startedUnixMs = typeof started === "string" ? Date.parse(started) : NaN;
  if (typeof replaces !== "string" || Number.isNaN(startedUnixMs) || !isClockStand(clocksBefore)) return undefined;
  return { replaces, startedUnixMs, wasSettled: wasSettled === true, clocksBefore };
}

function isClockStand(value: unknown): value is ClockStand {
  return value === "synchronized" || value === "holdover" || value === "out" || value === "none";
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
