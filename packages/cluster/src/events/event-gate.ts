import type { Happening } from "./happening.ts";

/** How many events an object may have. */
export interface EventLimits {
  /** Events of one object at once; default 10. */
  readonly burst: number;
  /** Time after which it may have one more; default 60 000. */
  readonly refillMs: number;
  /** Objects that are remembered; the one quiet for longest is forgotten first. Default 10 000. */
  readonly objects: number;
}

/** Whether a happening is told: `same` is no transition, `limited` is too much. */
export type GateAnswer = "told" | "same" | "limited";

/** Lets transitions through, and of each object not too many. */
export interface EventGate {
  ask(happening: Happening, nowMs: number): GateAnswer;
}

interface ObjectHistory {
  readonly lastByAction: Map<string, string>;
  tokens: number;
  filledAtMs: number;
}

/** Actions of one object that are remembered. */
const actionsPerObject = 32;

const defaults: EventLimits = { burst: 10, refillMs: 60_000, objects: 10_000 };

/** Creates a gate that has seen nothing: what it is asked first of each object and action is a transition. */
export function createEventGate(limits: Partial<EventLimits> = {}): EventGate {
  const { burst, refillMs, objects } = { ...defaults, ...limits };
  const histories = new Map<string, ObjectHistory>();
  const historyOf = (id: string, nowMs: number): ObjectHistory => {
    const known = histories.get(id) ?? { lastByAction: new Map<string, string>(), tokens: burst, filledAtMs: nowMs };
    // The newest is last in the map.
    histories.delete(id);
    histories.set(id, known);
    forgetOldest(histories, objects);
    return known;
  };
  return {
    ask: ({ regarding, type, reason, action, note }, nowMs) => {
      const { kind, metadata } = regarding;
      const history = historyOf(`${kind}/${metadata.namespace ?? ""}/${metadata.name}/${metadata.uid ?? ""}`, nowMs);
      const text = JSON.stringify([type, reason, note]);
      if (history.lastByAction.get(action) === text) return "same";
      const gained = Math.floor((nowMs - history.filledAtMs) / refillMs);
      if (gained > 0) {
        history.tokens = Math.min(burst, history.tokens + gained);
        history.filledAtMs += gained * refillMs;
      }
      if (history.tokens === 0) return "limited";
      history.tokens -= 1;
      history.lastByAction.delete(action);
      history.lastByAction.set(action, text);
      forgetOldest(history.lastByAction, actionsPerObject);
      return "told";
    },
  };
}

function forgetOldest(map: Map<string, unknown>, limit: number): void {
  if (map.size <= limit) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
