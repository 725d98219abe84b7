import { createBackoff, messageOf, type Logger, type Part } from "@ptp/kit";
import { randomBytes } from "node:crypto";
import { systemClock, wait, type Clock } from "../clock.ts";
import type { ApiClient } from "../connection/api-client.ts";
import { ApiError } from "../connection/api-error.ts";
import { resourcePath } from "../objects/resource.ts";
import { createEventGate, type EventLimits } from "./event-gate.ts";
import { events, toEvent, type EventSource, type Happening } from "./happening.ts";

/** What a recorder needs. */
export interface EventRecorderOptions {
  readonly client: Pick<ApiClient, "request">;
  readonly source: EventSource;
  readonly log: Logger;
  readonly limits?: Partial<EventLimits>;
  /** Happenings that wait to be sent; more are dropped. Default 500. */
  readonly waiting?: number;
  readonly clock?: Clock;
}

/** Tells people what happened, through Kubernetes events. Best effort: nothing waits for it, nothing fails with it. */
export interface EventRecorder extends Part {
  /** Takes a transition; the same again, or too many of one object, are left out. */
  record(happening: Happening): void;
  /** Happenings that were never told because there were too many or the API server refused them. */
  dropped(): number;
}

const triesPerEvent = 4;

/** Creates a recorder; it sends from `start` to `stop`. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { waiting = 500, clock = systemClock, log } = options;
  const gate = createEventGate(options.limits);
  const queue: Happening[] = [];
  const stopping = new AbortController();
  let dropped = 0;
  let wake: () => void = () => {};
  let running: Promise<void> = Promise.resolve();

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const next = queue.shift();
      if (next === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else if (!(await send(options, next, signal))) dropped += 1;
    }
  };
  return {
    name: "event recorder",
    record: (happening) => {
      const answer = gate.ask(happening, clock.now());
      if (answer === "same") return;
      if (answer === "limited" || queue.length >= waiting) {
        dropped += 1;
        log.debug("event left out", { object: happening.regarding.metadata.name, reason: happening.reason });
        return;
      }
      queue.push(happening);
      wake();
    },
    dropped: () => dropped,
    start: async (signal) => {
      const either = AbortSignal.any([signal, stopping.signal]);
      either.addEventListener("abort", () => wake(), { once: true });
      running = run(either);
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Sends one event; returns whether it was taken. */
async function send(options: EventRecorderOptions, happening: Happening, signal: AbortSignal): Promise<boolean> {
  const { client, source, log, clock = systemClock } = options;
  const backoff = createBackoff({ initialMs: 500, maxMs: 5000, random: Math.random });
  const body = toEvent(happening, source, { time: new Date(), suffix: randomBytes(8).toString("hex") });
  const path = resourcePath(
    events,
    body.metadata.namespace === undefined ? {} : { namespace: body.metadata.namespace },
  );
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.request({ method: "POST", path, body, signal });
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const isFinal = attempt === triesPerEvent || !(error instanceof ApiError) || error.kind !== "transient";
      if (isFinal) {
        log.warn("event not recorded", { reason: happening.reason, error: messageOf(error) });
        return false;
      }
      await wait(clock, Math.max(backoff.next(), error.retryAfterMs ?? 0), signal);
      if (signal.aborted) return false;
    }
  }
}
