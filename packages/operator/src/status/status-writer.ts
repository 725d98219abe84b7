import { messageOf, type Logger } from "@ptp/kit";
import { keyText } from "../store/object-key.ts";
import type { Store } from "../store/store.ts";
import type { StatusEntry } from "./summarise.ts";

/** What the writer needs. */
export interface StatusWriterOptions {
  readonly store: Store;
  readonly log: Logger;
  /** Makes the status of everything; undefined while it would be premature. */
  readonly summarise: () => readonly StatusEntry[] | undefined;
  /** A pass begins when nothing has changed for this long: while thousands of nodes answer, sessions go first. */
  readonly coalesceMs: number;
  /** It begins after this time at the latest, however fast changes follow each other. */
  readonly longestMs: number;
  /** After a failed write the next pass comes no sooner. */
  readonly retryMs: number;
  readonly failed: () => void;
}

/** Writes status in passes. */
export interface StatusWriter {
  /** Something that status is made of changed. */
  touch(): void;
  /** Writes what is pending and ends. */
  close(): Promise<void>;
}

/** One pass at a time; in it each object is written at most once, and only when its status changed. */
export function createStatusWriter(options: StatusWriterOptions): StatusWriter {
  const { coalesceMs, retryMs } = options;
  let running: Promise<void> | undefined;
  let dirty = false;
  let closed = false;
  const alarm = createAlarm(options, () => void (running = run()));

  const run = async (): Promise<void> => {
    dirty = false;
    const startMs = performance.now();
    const failures = await writePass(options);
    running = undefined;
    if (failures > 0) dirty = true;
    // With very many objects a pass takes long; leave the loop to sessions most of the time.
    const restMs = Math.max(coalesceMs, 4 * (performance.now() - startMs));
    if (dirty && !closed) alarm.setAfter(failures > 0 ? retryMs : restMs);
  };

  return {
    touch: () => {
      dirty = true;
      if (!closed && running === undefined) alarm.setAfterQuiet();
    },
    close: async () => {
      closed = true;
      alarm.cancel();
      await running;
      if (dirty) await writePass(options);
    },
  };
}

/** Says when the next pass begins. */
interface Alarm {
  /** At a fixed time; what changes meanwhile neither hastens nor delays it. */
  setAfter(delayMs: number): void;
  /** When nothing has changed for a while; each call is a change. */
  setAfterQuiet(): void;
  cancel(): void;
}

function createAlarm({ coalesceMs, longestMs }: StatusWriterOptions, ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let latestMs: number | undefined;
  const setAfter = (delayMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      latestMs = undefined;
      ring();
    }, delayMs);
  };
  return {
    setAfter,
    setAfterQuiet: () => {
      if (timer !== undefined && latestMs === undefined) return;
      const nowMs = performance.now();
      latestMs ??= nowMs + longestMs;
      if (timer === undefined || nowMs + coalesceMs < latestMs) setAfter(coalesceMs);
    },
    cancel: () => clearTimeout(timer),
  };
}

async function writePass({ store, log, summarise, failed }: StatusWriterOptions): Promise<number> {
  const entries = summarise();
  if (entries === undefined) return 0;
  const wanted = new Set(entries.map(({ key }) => keyText(key)));
  const stale = store.statusKeys().filter((key) => !wanted.has(keyText(key)));
  let failures = 0;
  for (const { key, status } of [...entries, ...stale.map((key) => ({ key, status: undefined }))]) {
    try {
      await store.writeStatus(key, status);
    } catch (error) {
      failures++;
      failed();
      if (failures === 1) log.error("status not written", { object: keyText(key), error: messageOf(error) });
    }
  }
  return failures;
}
