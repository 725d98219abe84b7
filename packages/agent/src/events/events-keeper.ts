import { isDeepStrictEqual } from "node:util";
import { createBackoff, messageOf, sleep, type Logger, type Part } from "@ptp/kit";
import type { EventSettings } from "@ptp/node";
import type { EventValue } from "@ptp/truth";
import { createLineSplitter } from "../process/line-splitter.ts";
import type { LineSink } from "../process/line-sink.ts";
import { spawnChild, type Child, type ChildExit } from "../process/spawn-child.ts";
import { answerTokens, type AskToken } from "./answer-tokens.ts";
import type { EventsCommand } from "./events-command.ts";
import { maxExpositionBytes, readExposition } from "./exposition.ts";
import { createFeedWriter, type FeedWriter } from "./feed-writer.ts";

/** What a keeper needs. */
export interface EventsKeeperOptions {
  /** Prepares the place and says what to start; before each start. */
  readonly prepare: (settings: EventSettings) => Promise<EventsCommand>;
  /** The state of the node now. */
  readonly values: () => readonly EventValue[];
  readonly nowUnixMs: () => number;
  /** Says whose the tokens of consumers are, if the process is told to ask. */
  readonly askToken?: AskToken;
  /** Its lines are log lines like ours. */
  readonly sink: LineSink;
  readonly log: Logger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Default 5 000: then it is killed. */
  readonly stopLimitMs?: number;
}

/** Keeps the events process of this node as its settings ask. */
export interface EventsKeeper extends Part {
  /** Takes the settings in force; no process without any or with events switched off. */
  configure(settings: EventSettings | undefined): void;
  /** Something may have changed: whoever subscribed hears of it at once. */
  touch(): void;
  /** Metrics of the process, as text; empty while there is none. */
  exposition(): string;
  pid(): number | undefined;
}

/** One that ran as long was well: the next start is not delayed. */
const steadyMs = 60_000;

/** Offsets are told as often; changes at once. */
const refreshMs = 1_000;

/** Creates the keeper. What goes wrong with events is logged and tried again: PTP never waits for it. */
export function createEventsKeeper(options: EventsKeeperOptions): EventsKeeper {
  return new ChildKeeper(options);
}

interface Running {
  readonly child: Child;
  readonly feed: FeedWriter;
  readonly ended: Promise<ChildExit>;
}

class ChildKeeper implements EventsKeeper {
  readonly name = "events";
  readonly #options: EventsKeeperOptions;
  readonly #stopping = new AbortController();
  #wanted: EventSettings | undefined;
  /** Aborted when the settings are others. */
  #changed = new AbortController();
  #running: Running | undefined;
  #exposition = "";
  #loop: Promise<void> = Promise.resolve();

  constructor(options: EventsKeeperOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    this.#loop = this.#keepRunning();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#changed.abort();
    await this.#loop;
  }

  configure(settings: EventSettings | undefined): void {
    const wanted = settings?.enableEventPublisher === true ? settings : undefined;
    if (isDeepStrictEqual(wanted, this.#wanted)) return;
    this.#wanted = wanted;
    this.#changed.abort();
  }

  touch(): void {
    const { values, nowUnixMs } = this.#options;
    this.#running?.feed.publish(values(), nowUnixMs());
  }

  exposition(): string {
    return this.#exposition;
  }

  pid(): number | undefined {
    return this.#running?.child.pid;
  }

  async #keepRunning(): Promise<void> {
    const { log, random } = this.#options;
    const backoff = createBackoff({ initialMs: 200, maxMs: 30_000, random });
    while (!this.#stopping.signal.aborted) {
      this.#changed = new AbortController();
      const changed = AbortSignal.any([this.#changed.signal, this.#stopping.signal]);
      const settings = this.#wanted;
      if (settings === undefined) {
        await aborted(changed);
        continue;
      }
      const startMs = performance.now();
      try {
        await this.#runOnce(settings, changed);
      } catch (error) {
        log.error("events cannot be served; PTP runs on", { error: messageOf(error) });
      }
      if (performance.now() - startMs > steadyMs || changed.aborted) backoff.reset();
      if (!changed.aborted) await sleep(backoff.next(), changed);
    }
  }

  async #runOnce(settings: EventSettings, changed: AbortSignal): Promise<void> {
    const { log, values, nowUnixMs } = this.#options;
    const running = await this.#spawn(settings);
    const { child, feed, ended } = running;
    this.#running = running;
    log.info("events are served", { pid: child.pid });
    feed.publish(values(), nowUnixMs());
    const timer = setInterval(() => feed.refresh(values(), nowUnixMs()), refreshMs);
    const exit = await Promise.race([ended, aborted(changed)]);
    if (exit === undefined) await this.#end(running);
    else log.error("the events process has ended and is started again", exitFields(exit));
    clearInterval(timer);
    this.#running = undefined;
    this.#exposition = "";
  }

  async #spawn(settings: EventSettings): Promise<Running> {
    const { prepare, sink, askToken } = this.#options;
    const { promise: ended, resolve } = Promise.withResolvers<ChildExit>();
    const { command, env, folder, socketCount } = await prepare(settings);
    const onLine = (line: string): void => void sink.writeLine(line);
    const child = await spawnChild({ command, env, folder, onLine, onExit: resolve, socketCount });
    const [feed, samples, tokens] = child.sockets;
    if (feed === undefined || samples === undefined) throw new Error("the events process has no sockets");
    if (tokens !== undefined && askToken !== undefined) answerTokens(tokens, askToken);
    const splitter = createLineSplitter((line) => {
      this.#exposition = readExposition(line) ?? this.#exposition;
    }, maxExpositionBytes);
    samples.on("data", (chunk: Buffer) => splitter.push(chunk));
    return { child, feed: createFeedWriter(feed), ended };
  }

  async #end({ child, ended }: Running): Promise<void> {
    child.signal("SIGTERM");
    const timer = setTimeout(() => child.signalGroup("SIGKILL"), this.#options.stopLimitMs ?? 5_000);
    await ended;
    clearTimeout(timer);
  }
}

function exitFields({ code, signal }: ChildExit) {
  return { exitCode: code ?? undefined, signal: signal ?? undefined };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
}
