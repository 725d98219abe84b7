import { createBackoff, sleep, type Backoff, type Logger } from "@ptp/kit";
import { isVerified, type AnnouncePlan, type AnnounceReadBack, type AnnounceWrite } from "@ptp/truth";
import { isDeepStrictEqual } from "node:util";
import type { WriteResult } from "../metrics/management-metrics.ts";
import { tlvOfWrite, type AnnouncePort } from "./announce-port.ts";

/** What an announcer needs. */
export interface AnnouncerOptions {
  readonly port: AnnouncePort;
  readonly metrics: {
    noteWrite(configName: string, result: WriteResult): void;
    setPending(configName: string, count: number): void;
  };
  /** What `notices` returns has changed. */
  readonly onNotices: () => void;
  readonly monotonicMs: () => number;
  readonly random: () => number;
  readonly log: Logger;
}

/** Makes ptp4l announce what the clocks' states demand. */
export interface Announcer {
  /** What shall be announced from now on; what is announced already is not written. */
  want(plan: AnnouncePlan): void;
  /** That ptp4l is another process: it announces what its file says. */
  restarted(configName: string): void;
  /** What could not be written and why, for people. */
  notices(): readonly string[];
  /** Ends after the question that is on its way. */
  stop(): Promise<void>;
}

/** Someone else may write too, such as a person with pmc: what was read is read again after so long. */
const rereadMs = 10_000;

/** What is known of one ptp4l. */
interface Target {
  readBack: AnnounceReadBack;
  rereadAtMs: number;
  retryAtMs: number;
  readonly backoff: Backoff;
  failure: string | undefined;
}

interface Announcing {
  readonly options: AnnouncerOptions;
  readonly targets: Map<string, Target>;
  plan: AnnouncePlan;
}

/**
 * Creates an announcer that has nothing to announce. It reads, writes the first value that differs, reads it back, and so on
 * in the order of the plan. A ptp4l that fails is tried again with growing pauses and holds up no other; of one ptp4l a value
 * is not written before those that stand before it.
 */
export function createAnnouncer(options: AnnouncerOptions): Announcer {
  const own: Announcing = { options, targets: new Map(), plan: [] };
  const ended = new AbortController();
  let nap = new AbortController();
  const loop = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      nap = new AbortController();
      const delayMs = await turn(own, AbortSignal.any([ended.signal, nap.signal]));
      await sleep(delayMs, AbortSignal.any([ended.signal, nap.signal]));
    }
  };
  const running = loop();
  return {
    want: (plan) => {
      if (plan === own.plan || isDeepStrictEqual(plan, own.plan)) return;
      own.plan = plan;
      dropTargets(own);
      nap.abort();
    },
    restarted: (configName) => {
      const target = own.targets.get(configName);
      if (target === undefined) return;
      Object.assign(target, { readBack: {}, retryAtMs: 0 });
      nap.abort();
    },
    notices: () => [...own.targets.values()].flatMap(({ failure }) => failure ?? []),
    stop: async () => {
      ended.abort();
      await running;
    },
  };
}

function dropTargets({ plan, targets, options }: Announcing): void {
  const wanted = new Set(plan.map(({ configName }) => configName));
  for (const [configName, target] of targets) {
    if (wanted.has(configName)) target.retryAtMs = 0;
    else {
      targets.delete(configName);
      options.metrics.setPending(configName, 0);
    }
  }
}

/**
 * One round over all ptp4l of the plan at once, so that none waits for a silent one's answers; ends early when another plan
 * is wanted. Returns the time until the next.
 */
async function turn(own: Announcing, interrupted: AbortSignal): Promise<number> {
  const { plan, options } = own;
  const byConfig = Map.groupBy(plan, ({ configName }) => configName);
  const dueMs = await Promise.all(
    Array.from(byConfig, async ([configName, writes]) => {
      const target = targetOf(own, configName);
      if (options.monotonicMs() >= Math.min(target.retryAtMs, target.rereadAtMs)) {
        await settle(own, target, writes, interrupted);
      }
      return Math.min(target.retryAtMs, target.rereadAtMs);
    }),
  );
  if (interrupted.aborted) return 0;
  return Math.min(rereadMs, Math.max(0, Math.min(...dueMs) - options.monotonicMs()));
}

function targetOf({ targets, options }: Announcing, configName: string): Target {
  const known = targets.get(configName);
  if (known !== undefined) return known;
  const backoff = createBackoff({ initialMs: 200, maxMs: 5_000, random: options.random });
  const target: Target = { readBack: {}, rereadAtMs: 0, retryAtMs: 0, backoff, failure: undefined };
  targets.set(configName, target);
  return target;
}

/** Writes what differs, in order, up to the first that fails. */
async function settle(
  own: Announcing,
  target: Target,
  writes: readonly AnnounceWrite[],
  interrupted: AbortSignal,
): Promise<void> {
  const { options } = own;
  if (options.monotonicMs() >= target.rereadAtMs) target.readBack = {};
  target.rereadAtMs = options.monotonicMs() + rereadMs;
  let failure: string | undefined;
  for (const write of writes) {
    failure = await settleOne(options, target, write);
    if (interrupted.aborted) {
      // Another plan, or another process, which what was just read may not be of.
      Object.assign(target, { readBack: {}, retryAtMs: 0 });
      return;
    }
    if (failure !== undefined) break;
  }
  const [{ configName } = { configName: "" }] = writes;
  options.metrics.setPending(configName, writes.filter((write) => !isVerified(write, target.readBack)).length);
  tellFailure(own, target, configName, failure);
  if (failure === undefined) target.backoff.reset();
  target.retryAtMs = failure === undefined ? Infinity : options.monotonicMs() + target.backoff.next();
}

/** Returns why this value is not announced, in words; undefined: it is. */
async function settleOne(
  { port, metrics, log }: AnnouncerOptions,
  target: Target,
  write: AnnounceWrite,
): Promise<string | undefined> {
  const { configName } = write;
  const tlv = tlvOfWrite[write.kind];
  const read = async (): Promise<string | undefined> => {
    const answer = await port.read(write);
    if ("reason" in answer) return answer.reason;
    target.readBack = { ...target.readBack, ...answer };
    return undefined;
  };
  const isKnown =
    (write.kind === "grandmaster-settings" ? target.readBack.settings : target.readBack.external) !== undefined;
  const unread = isKnown ? undefined : await read();
  if (unread !== undefined) return `${tlv}: ${unread}`;
  if (isVerified(write, target.readBack)) return undefined;
  const refused = (await port.write(write))?.reason ?? (await read());
  const isWritten = refused === undefined && isVerified(write, target.readBack);
  metrics.noteWrite(configName, isWritten ? "written" : "failed");
  if (!isWritten) return `${tlv}: ${refused ?? "ptp4l took it and announces something else"}`;
  log.info("ptp4l announces other values", { config: configName, tlv, value: JSON.stringify(write.value) });
  return undefined;
}

/** The same failure is told once. */
function tellFailure(own: Announcing, target: Target, configName: string, reason: string | undefined): void {
  const failure = reason && `${configName} does not announce what its clock's state demands: ${reason}`;
  if (failure === target.failure) return;
  target.failure = failure;
  if (failure !== undefined)
    own.options.log.warn("ptp4l could not be written to", { config: configName, error: failure });
  own.options.onNotices();
}
