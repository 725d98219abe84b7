import type { ApiError } from "../connection/api-error.ts";

/** What a reflector does next. */
export type Phase = "list" | "watch";

/** How a list or a watch came out. */
export type Outcome =
  | { readonly type: "listed" }
  /** The server ended the watch, as asked by its timeout or of its own accord. */
  | { readonly type: "ended"; readonly sawBytes: boolean }
  /** Nothing came for so long that the connection counts as half open; bytes before that were proof of a server. */
  | { readonly type: "silent"; readonly sawBytes: boolean }
  /** What we hold is not what the server has any more: a version it forgot, or one it never had. */
  | { readonly type: "stale"; readonly error?: ApiError }
  | { readonly type: "failed"; readonly error: ApiError; readonly sawBytes?: boolean };

/** Where a reflector stands between two requests. */
export interface ReflectorState {
  readonly phase: Phase;
  /** Watches that failed one after the other without a byte. */
  readonly failedWatches: number;
}

/** The next request and how long to wait before it. */
export interface Step {
  readonly state: ReflectorState;
  readonly delay: { readonly type: "none" } | { readonly type: "backoff"; readonly atLeastMs: number };
}

/** A reflector that has nothing yet. */
export const firstState: ReflectorState = { phase: "list", failedWatches: 0 };

/** After so many watches that never gave a byte the version itself is in doubt. */
const doubtAfterWatches = 5;

/**
 * Decides what follows. There is no outcome after which it stops, and none is repeated without a wait: a list leads to a
 * watch, a watch to the next one from where it ended, doubt about the version back to a list.
 */
export function nextStep(state: ReflectorState, outcome: Outcome): Step {
  switch (outcome.type) {
    case "listed":
      return { state: { phase: "watch", failedWatches: 0 }, delay: { type: "none" } };
    case "silent":
      if (outcome.sawBytes) return { state: { phase: "watch", failedWatches: 0 }, delay: { type: "none" } };
      // A server that opens watches and feeds none of them; the silence was the wait.
      return { ...failedWatch(state, 0), delay: { type: "none" } };
    case "ended":
      if (outcome.sawBytes) return { state: { phase: "watch", failedWatches: 0 }, delay: { type: "none" } };
      return failedWatch(state, 0);
    case "stale":
      return { state: firstState, delay: { type: "backoff", atLeastMs: outcome.error?.retryAfterMs ?? 0 } };
    case "failed": {
      const atLeastMs = outcome.error.retryAfterMs ?? 0;
      if (state.phase === "list") return { state: firstState, delay: { type: "backoff", atLeastMs } };
      if (outcome.sawBytes === true) {
        return { state: { phase: "watch", failedWatches: 0 }, delay: { type: "backoff", atLeastMs } };
      }
      return failedWatch(state, atLeastMs);
    }
  }
}

function failedWatch({ failedWatches }: ReflectorState, atLeastMs: number): Step {
  const failed = failedWatches + 1;
  const delay = { type: "backoff", atLeastMs } as const;
  if (failed >= doubtAfterWatches) return { state: firstState, delay };
  return { state: { phase: "watch", failedWatches: failed }, delay };
}
