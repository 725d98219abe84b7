import type { Readable } from "node:stream";

/** The last lines a process printed, with a way to wait for one that is still to come. */
export interface LineLog {
  /** What is kept, oldest first; at most the newest `maxLines`. */
  readonly lines: readonly string[];
  /**
   * The first line that matches, among those kept or still to come.
   * Rejects after `timeoutMs`, or when the streams end first, with the last lines in the message.
   */
  waitFor(pattern: RegExp, timeoutMs: number): Promise<string>;
}

const maxLines = 5_000;
const maxLineLength = 10_000;

interface Waiter {
  readonly seen: (line: string) => void;
  readonly ended: () => void;
}

/** Collects the lines of several streams (standard output and standard error) into one log. */
export function collectLines(streams: readonly Readable[]): LineLog {
  const lines: string[] = [];
  const waiters = new Set<Waiter>();
  let open = streams.length;
  const add = (line: string): void => {
    lines.push(line);
    if (lines.length > maxLines) lines.splice(0, lines.length - maxLines);
    for (const waiter of waiters) waiter.seen(line);
  };
  const ended = (): void => {
    open -= 1;
    if (open === 0) for (const waiter of waiters) waiter.ended();
  };
  for (const stream of streams) readLines(stream, add, ended);
  return {
    lines,
    waitFor: (pattern, timeoutMs) => {
      const present = lines.find((line) => pattern.test(line));
      if (present !== undefined) return Promise.resolve(present);
      if (open === 0) return Promise.reject(notSeen(pattern, "the process ended", lines));
      return waitFor(waiters, lines, pattern, timeoutMs);
    },
  };
}

function readLines(stream: Readable, add: (line: string) => void, ended: () => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = (parts.pop() ?? "").slice(0, maxLineLength);
    for (const line of parts) add(line.slice(0, maxLineLength));
  });
  // A stream error (the pipe broke) is followed by "close" as a plain end is.
  stream.on("error", () => undefined);
  stream.once("close", () => {
    if (rest !== "") add(rest);
    ended();
  });
}

async function waitFor(
  waiters: Set<Waiter>,
  lines: readonly string[],
  pattern: RegExp,
  timeoutMs: number,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const waiter: Waiter = {
    seen: (line) => {
      if (pattern.test(line)) resolve(line);
    },
    ended: () => reject(notSeen(pattern, "the process ended", lines)),
  };
  waiters.add(waiter);
  const timer = setTimeout(() => reject(notSeen(pattern, `${timeoutMs} ms passed`, lines)), timeoutMs);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    waiters.delete(waiter);
  }
}

function notSeen(pattern: RegExp, why: string, lines: readonly string[]): Error {
  const tail = lines.slice(-15).map((line) => `  ${line}`);
  return new Error([`no line matched ${String(pattern)}: ${why}; last lines:`, ...tail].join("\n"));
}
