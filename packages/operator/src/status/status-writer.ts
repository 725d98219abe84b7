import { messageOf, type Logger } from "@ptp/kit";
import { keyText, type StatusKey } from "../store/object-key.ts";
import { isDeepStrictEqual } from "node:util";
import type { ObjectStatus } from "../store/store.ts";
import type { StatusTarget } from "./status-target.ts";
import { createStragglers, type Stragglers } from "./stragglers.ts";
import type { StatusFailure, StatusSummary } from "./summarise.ts";

/** What the writer needs. */
export interface StatusWriterOptions {
  readonly store: StatusTarget;
  readonly log: Logger;
  /** Makes the status of everything; undefined while it would be premature. */
  readonly summarise: () => StatusSummary | undefined;
  /** A pass begins when nothing has changed for this long: while thousands of nodes answer, sessions go first. */
  readonly coalesceMs: number;
  /** It begins after this time at the latest, however fast changes follow each other. */
  readonly longestMs: number;
  /** An object whose write failed is not tried again sooner; where nothing can be written, the next pass comes no sooner. */
  readonly retryMs: number;
  /** Whether something that cannot wait asks the API server now: then few writes are under way. Default: never. */
  readonly makesWay?: () => boolean;
  readonly failed: () => void;
}

/** Writes status in passes. */
export interface StatusWriter {
  /** Something that status is made of changed. */
  touch(): void;
  /** Writes what is pending and ends. */
  close(): Promise<void>;
}

/** Writes under way at a time: many enough that the API server sets the pace, few enough to leave it to others. */
const writesAtOnce = 16;
/** While they make way: a status is not put off for ever. */
const fewWritesAtOnce = 2;

/** One pass at a time; in it each object is written at most once, and only when its status changed. */
export function createStatusWriter(options: StatusWriterOptions): StatusWriter {
  const { coalesceMs, retryMs } = options;
  const passes: PassOptions = { ...options, stragglers: createStragglers(retryMs) };
  let running: Promise<void> | undefined;
  let dirty = false;
  let closed = false;
  const alarm = createAlarm(options, () => void (running = run()));

  const run = async (): Promise<void> => {
    dirty = false;
    const { isHopeless, dueMs, thoughtMs } = await tryPass(passes);
    running = undefined;
    const isChanged = dirty;
    dirty ||= isHopeless || dueMs < Infinity;
    if (closed) return;
    // With very many objects thinking takes long; leave the loop to sessions most of the time.
    const restMs = Math.max(coalesceMs, 4 * thoughtMs);
    if (isHopeless) alarm.setAfter(retryMs);
    else if (isChanged) alarm.setAfter(restMs);
    else if (dueMs < Infinity) alarm.setAtLatestAfter(Math.max(restMs, dueMs));
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
      // Nothing can wait any more.
      if (dirty) await tryPass({ ...passes, stragglers: createStragglers(0) });
    },
  };
}

/** Says when the next pass begins. */
interface Alarm {
  /** At a fixed time; what changes meanwhile neither hastens nor delays it. */
  setAfter(delayMs: number): void;
  /** Then, if nothing changes before. */
  setAtLatestAfter(delayMs: number): void;
  /** When nothing has changed for a while; each call is a change. */
  setAfterQuiet(): void;
  cancel(): void;
}

function createAlarm({ coalesceMs, longestMs }: StatusWriterOptions, ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let latestMs: number | undefined;
  let gives = false;
  const setAfter = (delayMs: number, givesWay = false): void => {
    gives = givesWay;
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      latestMs = undefined;
      ring();
    }, delayMs);
  };
  return {
    setAfter: (delayMs) => setAfter(delayMs),
    setAtLatestAfter: (delayMs) => setAfter(delayMs, true),
    setAfterQuiet: () => {
      if (timer !== undefined && latestMs === undefined && !gives) return;
      const nowMs = performance.now();
      latestMs ??= nowMs + longestMs;
      if (timer === undefined || gives || nowMs + coalesceMs < latestMs) setAfter(coalesceMs);
    },
    cancel: () => clearTimeout(timer),
  };
}

/** What a pass needs. */
interface PassOptions extends StatusWriterOptions {
  readonly stragglers: Stragglers;
}

/** How a pass went. */
interface Pass {
  /** Another pass would come to nothing soon, whatever changes. */
  readonly isHopeless: boolean;
  /** When the next object may be written that had to wait; Infinity: none had. */
  readonly dueMs: number;
  /** Time in which nothing else could run. */
  readonly thoughtMs: number;
}

/** So many failures in a row are a target that is away: the rest of a pass would only wait for it, and comes first in the next. */
const hopelessFailures = 5;

/** Whatever goes wrong in a pass is a failure of it: status is told of what runs, and must not end it. */
async function tryPass(options: PassOptions): Promise<Pass> {
  try {
    return await writePass(options);
  } catch (error) {
    options.failed();
    options.log.error("no status worked out", { error: messageOf(error) });
    return { isHopeless: true, dueMs: Infinity, thoughtMs: 0 };
  }
}

async function writePass(options: PassOptions): Promise<Pass> {
  const { makesWay = () => false, stragglers, retryMs } = options;
  const startMs = performance.now();
  const { due, dueMs, notWorkedOut } = judgeDue(options, startMs);
  const thoughtMs = performance.now() - startMs;
  tellNotWorkedOut(notWorkedOut, options, startMs);
  let failures = 0;
  let inARow = 0;
  const waiting = [...stragglers.putLast(due)];
  const isAway = (): boolean => inARow >= hopelessFailures;
  const work = async (isCrowded: boolean): Promise<void> => {
    while (isCrowded === makesWay() && !isAway()) {
      const entry = waiting.shift();
      if (entry === undefined) return;
      const isWritten = await write(entry, options, () => failures === 0);
      stragglers.note(entry.key, isWritten, performance.now());
      inARow = isWritten ? 0 : inARow + 1;
      if (!isWritten) failures++;
    }
  };
  while (waiting.length > 0 && !isAway()) {
    const isCrowded = makesWay();
    const width = Math.min(isCrowded ? fewWritesAtOnce : writesAtOnce, waiting.length);
    await Promise.all(Array.from({ length: width }, () => work(isCrowded)));
  }
  const againMs = failures + notWorkedOut.length > 0 ? retryMs : Infinity;
  return { isHopeless: isAway(), dueMs: Math.min(dueMs, againMs), thoughtMs };
}

/** What a pass is made of. */
interface Due extends Pick<Pass, "dueMs"> {
  readonly due: readonly Entry[];
  readonly notWorkedOut: readonly StatusFailure[];
}

/** What may be written now, and when the next may that has to wait. */
function judgeDue({ store, summarise, stragglers }: PassOptions, nowMs: number): Due {
  const summary = summarise();
  if (summary === undefined) return { due: [], dueMs: Infinity, notWorkedOut: [] };
  const { entries, names, failures } = summary;
  const stale = store.statusKeys().filter((key) => !names.has(keyText(key)));
  const all: readonly Entry[] = [...entries, ...stale.map((key) => ({ key, status: undefined }))];
  stragglers.forgetOthers([...all, ...failures]);
  const due: Entry[] = [];
  let nextMs = Infinity;
  for (const entry of all) {
    const dueMs = Math.max(dueOf(entry, store), stragglers.waitMs(entry.key, nowMs));
    if (dueMs > 0) nextMs = Math.min(nextMs, dueMs);
    else due.push(entry);
  }
  return { due, dueMs: nextMs, notWorkedOut: failures };
}

/** The first stands for all, as with writes; what was told is told again only when a write would be tried again. */
function tellNotWorkedOut(failures: readonly StatusFailure[], options: PassOptions, nowMs: number): void {
  const { log, failed, stragglers } = options;
  const untold = failures.filter(({ key }) => stragglers.waitMs(key, nowMs) === 0);
  for (const { key } of untold) {
    failed();
    stragglers.note(key, false, nowMs);
  }
  const [first] = untold;
  if (first === undefined) return;
  const { key, error } = first;
  log.error("status not worked out", { object: keyText(key), error: messageOf(error), objects: failures.length });
}

interface Entry {
  readonly key: StatusKey;
  readonly status: ObjectStatus | undefined;
}

/** What is as it should be need not wait, and is not waited for unless it may be something else then: nothing is sent. */
function dueOf({ key, status }: Entry, store: StatusTarget): number {
  const dueMs = store.dueMs?.(key, status) ?? 0;
  if (dueMs === Infinity || (dueMs > 0 && store.isHeld?.(key) === true)) return dueMs;
  if (store.holds?.(key, status) === true) return Infinity;
  return dueMs > 0 && isDeepStrictEqual(store.statusOf(key), status) ? Infinity : dueMs;
}

async function write({ key, status }: Entry, options: StatusWriterOptions, isFirst: () => boolean): Promise<boolean> {
  const { store, log, failed } = options;
  try {
    await store.writeStatus(key, status);
    return true;
  } catch (error) {
    failed();
    if (isFirst()) log.error("status not written", { object: keyText(key), error: messageOf(error) });
    return false;
  }
}
