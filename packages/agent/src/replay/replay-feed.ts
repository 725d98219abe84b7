import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { sleep } from "@ptp/kit";
import type { Replay, ReplayedChange } from "@ptp/truth";
import { createLineSplitter } from "../process/line-splitter.ts";

/** Where the lines of a replay come from, and how fast. */
export interface ReplaySource {
  /** A file, `.gz` is unpacked; `-` is standard input, whose lines count as they come. */
  readonly path: string;
  /** Times the original speed; 0 does not wait at all. Has no meaning for standard input. */
  readonly speed: number;
}

/** What feeding needs. */
export interface ReplayFeedOptions {
  readonly source: ReplaySource;
  readonly replay: Replay;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly onChanges: (changes: readonly ReplayedChange[]) => void;
  /** Lines were taken that came in time: what is no change of a state, such as a class, may be another. */
  readonly onHeard?: () => void;
  /** Milliseconds of a monotonic clock. */
  readonly monotonicMs: () => number;
  readonly unixMs: () => number;
}

/** How long time may stand still while nothing comes. */
const pulseMs = 200;

/** Feeds a recording to its end or until the signal aborts; what is reached then stays as it is. */
export async function feedReplay(options: ReplayFeedOptions, signal: AbortSignal): Promise<void> {
  if (options.source.path === "-") return feedStdin(options, signal);
  const file = createReadStream(options.source.path);
  const stream = options.source.path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  file.on("error", (error) => stream.destroy(error));
  const pace = createPace(options, signal);
  try {
    for await (const lines of linesOf(stream)) {
      for (const line of lines) {
        const entry = options.replay.read(line);
        if (entry === undefined) continue;
        await pace.until(entry.at.monotonicMs);
        if (signal.aborted) return;
        tell(options, options.replay.apply(entry));
        if (options.source.speed > 0) options.onHeard?.();
      }
    }
  } finally {
    file.destroy();
  }
}

interface Pace {
  /** Resolves when that moment of the recording has come; time goes on in the replay meanwhile. */
  until(atMs: number): Promise<void>;
}

function createPace(options: ReplayFeedOptions, signal: AbortSignal): Pace {
  const { replay, monotonicMs, source } = options;
  let begun: { readonly atMs: number; readonly wallMs: number } | undefined;
  return {
    until: async (atMs) => {
      if (source.speed === 0) return;
      begun ??= { atMs, wallMs: monotonicMs() };
      for (;;) {
        const reachedMs = begun.atMs + (monotonicMs() - begun.wallMs) * source.speed;
        if (reachedMs >= atMs || signal.aborted) return;
        tell(options, replay.reach(reachedMs));
        await sleep(Math.min(pulseMs, (atMs - reachedMs) / source.speed), signal);
      }
    },
  };
}

/** Between lines time goes on by this machine's clock: silence is an input, too. */
async function feedStdin(options: ReplayFeedOptions, signal: AbortSignal): Promise<void> {
  const { replay, monotonicMs, unixMs, stdin } = options;
  let lastMs = monotonicMs();
  const goOn = (): void => {
    const nowMs = monotonicMs();
    tell(options, replay.advance(nowMs - lastMs));
    lastMs = nowMs;
  };
  const timer = setInterval(goOn, pulseMs);
  try {
    for await (const lines of linesOf(stdin)) {
      if (signal.aborted) return;
      lastMs = monotonicMs();
      for (const line of lines) tell(options, replay.push(line, unixMs()));
      options.onHeard?.();
    }
  } finally {
    clearInterval(timer);
  }
}

function tell({ onChanges }: ReplayFeedOptions, changes: readonly ReplayedChange[]): void {
  if (changes.length > 0) onChanges(changes);
}

/** Lines by chunks: what came together is there together. */
async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  let lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  for await (const chunk of stream) {
    splitter.push(chunk);
    yield lines;
    lines = [];
  }
  splitter.end();
  yield lines;
}
