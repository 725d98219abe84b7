import { toAppError, type AppError, type Logger, type Part } from "@ptp/kit";
import { ApiError, hasStatus } from "../connection/api-error.ts";
import type { TakenKey } from "./queue-state.ts";
import type { WorkQueue } from "./work-queue.ts";

/** How often a pass that lacked a permission looks whether it has it now. */
const permissionRetryMs = 30_000;

/** What a pass over one key may ask for. */
export interface ReconcileResult {
  /** Come back after this long, even if nothing changes. */
  readonly requeueAfterMs?: number;
}

/** What a pass gets beside the key. */
export interface ReconcileContext {
  /** Aborts when the program shuts down. */
  readonly signal: AbortSignal;
}

/** One pass over one key: reads the newest state, makes the world match it. Level, not edge; it may run at any time. */
export type Reconcile = (key: string, context: ReconcileContext) => Promise<ReconcileResult | undefined>;

/** How a pass came out, for metrics. */
export type ReconcileOutcome = "success" | "requeue_after" | "requeue" | "error";

/** What is told about passes, for metrics. */
export interface ControllerHooks {
  readonly reconciled?: (outcome: ReconcileOutcome, durationMs: number, error?: AppError) => void;
}

/** What a controller needs. */
export interface ControllerOptions {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly reconcile: Reconcile;
  readonly log: Logger;
  /** Keys worked on at the same time; default 1. */
  readonly workers?: number;
  readonly hooks?: ControllerHooks;
  /** A pass hit a mistake of the program; by default it is thrown where nobody catches it, which ends the process. */
  readonly onBug?: (error: AppError) => void;
}

/**
 * Creates the loop that takes keys and runs passes. The kind of a pass's error decides what follows, as in
 * controller-runtime: transient and waiting come back later with growing waits, invalid (its terminal error) only when
 * something changes, a bug ends the process. `stop` waits for the passes that run.
 */
export function createController(options: ControllerOptions): Part {
  const { queue, workers = 1 } = options;
  const stopping = new AbortController();
  let running: readonly Promise<void>[] = [];
  return {
    name: options.name,
    start: async (signal) => {
      const either = AbortSignal.any([signal, stopping.signal]);
      running = Array.from({ length: workers }, () => work(options, either));
    },
    stop: async () => {
      stopping.abort();
      await queue.shutDown();
      await Promise.all(running);
    },
  };
}

async function work(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  const { queue } = options;
  for (let taken = await queue.take(signal); taken !== undefined; taken = await queue.take(signal)) {
    try {
      await pass(options, taken, signal);
    } finally {
      queue.done(taken.key);
    }
  }
}

async function pass(options: ControllerOptions, { key, priority }: TakenKey, signal: AbortSignal): Promise<void> {
  const { queue, reconcile, hooks } = options;
  const startMs = performance.now();
  const tell = (outcome: ReconcileOutcome, error?: AppError) =>
    hooks?.reconciled?.(outcome, performance.now() - startMs, error);
  try {
    const result = await reconcile(key, { signal });
    queue.forget(key);
    if (result?.requeueAfterMs === undefined) return tell("success");
    queue.add(key, { afterMs: result.requeueAfterMs, priority });
    return tell("requeue_after");
  } catch (caught) {
    if (signal.aborted) return;
    const error = toAppError(caught);
    tell(handleError(options, { key, priority }, error), error);
  }
}

function handleError(
  { queue, log, name, onBug = crash }: ControllerOptions,
  { key, priority }: Pick<TakenKey, "key" | "priority">,
  error: AppError,
): ReconcileOutcome {
  const fields = { controller: name, object: key, error: error.message };
  switch (error.kind) {
    case "invalid":
      // Trying again changes nothing before the user does, and that comes as a change; a new permission does not.
      queue.forget(key);
      if (hasStatus(error, 401) || hasStatus(error, 403)) queue.add(key, { afterMs: permissionRetryMs, priority });
      log.warn("cannot be reconciled as it is", fields);
      return "error";
    case "waiting":
      queue.add(key, { rateLimited: true, priority });
      log.debug("waits", fields);
      return "requeue";
    case "transient": {
      const retryAfterMs = error instanceof ApiError ? error.retryAfterMs : undefined;
      queue.add(
        key,
        retryAfterMs === undefined ? { rateLimited: true, priority } : { afterMs: retryAfterMs, priority },
      );
      log.info("failed, comes again", fields);
      return "error";
    }
    case "bug":
      queue.add(key, { rateLimited: true, priority });
      log.error("a mistake of the program", fields);
      onBug(error);
      return "error";
  }
}

function crash(error: AppError): void {
  queueMicrotask(() => {
    throw error;
  });
}
