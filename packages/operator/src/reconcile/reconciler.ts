import { createHash } from "node:crypto";
import type { Part } from "@ptp/kit";
import { createResolver, type Resolution } from "@ptp/resolve";
import type { Sessions } from "../sessions/sessions.ts";
import type { Store, StoreState } from "../store/store.ts";

/** What the reconciler needs. */
export interface ReconcilerOptions {
  readonly store: Store;
  readonly sessions: Sessions;
  /** The nodes that exist now. */
  readonly setNodes: (nodeNames: Iterable<string>) => void;
  /** A state was resolved and pushed, which took this long. */
  readonly resolved: (durationMs: number) => void;
}

/** What was last resolved. */
export interface Resolved {
  readonly state: StoreState;
  readonly resolution: Resolution;
}

/** The loop from the store to the sessions. */
export interface Reconciler extends Part {
  /** Undefined until the store was in sync and resolved once. */
  last(): Resolved | undefined;
}

/** Resolves each new state of the store and pushes what it means; states that come while one is resolved are skipped. */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { store, sessions, setNodes, resolved } = options;
  const resolve = createResolver((bytes) => createHash("sha256").update(bytes).digest("hex"));
  let last: Resolved | undefined;
  let scheduled: NodeJS.Immediate | undefined;
  let unsubscribe = () => {};

  const pass = (): void => {
    scheduled = undefined;
    const state = store.state();
    if (!store.synced() || state === last?.state) return;
    if (state.snapshot === last?.state.snapshot) {
      last = { state, resolution: last.resolution };
      return;
    }
    const startMs = performance.now();
    const resolution = resolve(state.snapshot);
    for (const { config, revision } of resolution.nodes.values()) sessions.push({ config, revision });
    for (const nodeName of last?.resolution.nodes.keys() ?? []) {
      if (!resolution.nodes.has(nodeName)) sessions.remove(nodeName);
    }
    last = { state, resolution };
    // After the pushes: who connects to a new socket finds its config.
    setNodes(resolution.nodes.keys());
    resolved(performance.now() - startMs);
  };

  const schedule = (): void => {
    scheduled ??= setImmediate(pass);
  };

  return {
    name: "reconciler",
    start: async () => {
      unsubscribe = store.subscribe(schedule);
      schedule();
    },
    stop: async () => {
      unsubscribe();
      clearImmediate(scheduled);
    },
    last: () => last,
  };
}
