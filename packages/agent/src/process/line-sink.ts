import { write } from "node:fs";

/** Takes lines for a file descriptor without ever blocking or growing. */
export interface LineSink {
  /** False if the line was dropped because the reader is too slow. */
  writeLine(line: string): boolean;
  /** Resolves when everything taken so far is written, or after `limitMs`. */
  flush(limitMs: number): Promise<void>;
}

/** A sink with a side for those who are in no hurry. */
export interface PatientSink extends LineSink {
  /**
   * For lines of programs: of all that is done with a line, a write of its own costs most, so they wait for others that come
   * soon. They keep their place among those that do not wait.
   */
  readonly patient: LineSink;
}

/** How much may wait for a slow reader, in UTF-16 code units. */
const maxWaitingChars = 1_048_576;

/** How long a line may wait for others: an agent that is killed takes so much of its programs' last words with it. */
const gatherMs = 250;

/**
 * Creates a sink on a file descriptor. Writes happen on the thread pool: a stalled reader of a pipe, which would block
 * `process.stdout`, costs lines and never time.
 */
export function createLineSink(fd: number, maxChars: number = maxWaitingChars): PatientSink {
  const lines = createWaitingLines(maxChars);
  let writing = false;
  let gathering: NodeJS.Timeout | undefined;
  let idle: (() => void)[] = [];
  const pump = (): void => {
    if (!lines.isEmpty()) return writeAll(fd, lines.takeAll(), pump);
    writing = false;
    for (const resolve of idle) resolve();
    idle = [];
  };
  const begin = (): void => {
    clearTimeout(gathering);
    gathering = undefined;
    if (writing) return;
    writing = true;
    // A burst becomes one write.
    setImmediate(pump);
  };
  const flush: LineSink["flush"] = (limitMs) =>
    new Promise((resolve) => {
      if (!lines.isEmpty()) begin();
      if (!writing) return resolve();
      const timer = setTimeout(resolve, limitMs);
      idle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  const writeLine: LineSink["writeLine"] = (line) => {
    const isTaken = lines.take(line);
    if (isTaken) begin();
    return isTaken;
  };
  const writeSoon: LineSink["writeLine"] = (line) => {
    const isTaken = lines.take(line);
    if (isTaken && !writing) gathering ??= setTimeout(begin, gatherMs);
    return isTaken;
  };
  return { writeLine, flush, patient: { writeLine: writeSoon, flush } };
}

function createWaitingLines(maxChars: number) {
  let waiting: string[] = [];
  let waitingChars = 0;
  return {
    isEmpty: () => waiting.length === 0,
    /** False if there is no room for it. */
    take: (line: string): boolean => {
      if (waitingChars + line.length >= maxChars) return false;
      waiting.push(`${line}\n`);
      waitingChars += line.length + 1;
      return true;
    },
    takeAll: (): Uint8Array => {
      const bytes = Buffer.from(waiting.join(""));
      waiting = [];
      waitingChars = 0;
      return bytes;
    },
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
