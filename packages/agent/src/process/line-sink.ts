import { write } from "node:fs";

/** Takes lines for a file descriptor without ever blocking or growing. */
export interface LineSink {
  /** False if the line was dropped because the reader is too slow. */
  writeLine(line: string): boolean;
  /** Resolves when everything taken so far is written, or after `limitMs`. */
  flush(limitMs: number): Promise<void>;
}

/** How much may wait for a slow reader, in UTF-16 code units. */
const maxWaitingChars = 1_048_576;

/**
 * Creates a sink on a file descriptor. Writes happen on the thread pool: a stalled reader of a pipe, which would block
 * `process.stdout`, costs lines and never time.
 */
export function createLineSink(fd: number, maxChars: number = maxWaitingChars): LineSink {
  let waiting: string[] = [];
  let waitingChars = 0;
  let writing = false;
  let idle: (() => void)[] = [];
  const rest = (): void => {
    writing = false;
    for (const resolve of idle) resolve();
    idle = [];
  };
  const pump = (): void => {
    if (waiting.length === 0) return rest();
    const bytes = Buffer.from(waiting.join(""));
    waiting = [];
    waitingChars = 0;
    writeAll(fd, bytes, pump);
  };
  return {
    writeLine: (line) => {
      if (waitingChars + line.length >= maxChars) return false;
      waiting.push(`${line}\n`);
      waitingChars += line.length + 1;
      if (!writing) {
        writing = true;
        // A burst becomes one write.
        setImmediate(pump);
      }
      return true;
    },
    flush: (limitMs) =>
      new Promise((resolve) => {
        if (!writing) return resolve();
        const timer = setTimeout(resolve, limitMs);
        idle.push(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

/** Writes all bytes; a descriptor that fails (its reader is gone) swallows them. */
function writeAll(fd: number, bytes: Uint8Array, done: () => void): void {
  write(fd, bytes, (error, written) => {
    if (error?.code === "EAGAIN") setTimeout(() => writeAll(fd, bytes, done), 20);
    else if (error === null && written < bytes.length) writeAll(fd, bytes.subarray(written), done);
    else done();
  });
}
