import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { createLineSplitter } from "./line-splitter.ts";

/** Reads what a program writes, line by line and at a bounded rate. */
export interface OutputReader {
  /** Resolves when nobody can write any more and all was read. */
  readonly closed: Promise<unknown>;
  /** Reads no more, and hands over what is left without a line end. */
  end(): void;
  /** Lines that were too long and lost their end. */
  truncatedLines(): number;
}

/** Reads a stream. */
export function readStream(stream: Readable, onLine: (line: string) => void): OutputReader {
  const { reader, take } = createReader(stream, onLine);
  stream.on("data", take);
  return reader;
}

/** What is read at once of a descriptor. */
const bufferBytes = 16_384;

/**
 * Reads a descriptor of a stream socket, which is closed at the end. Programs write a line at a time, and what Node's streams do
 * for each piece costs more than all that is done with the line: here pieces come past them, in a buffer that is used again.
 */
export function readDescriptor(fd: number, onLine: (line: string) => void): OutputReader {
  const callback = (length: number, bytes: Uint8Array): boolean => {
    take(bytes.subarray(0, length));
    return true;
  };
  const onread = { buffer: Buffer.allocUnsafeSlow(bufferBytes), callback };
  const { reader, take } = createReader(new Socket({ fd, readable: true, writable: false, onread }), onLine);
  return reader;
}

function createReader(stream: Readable, onLine: (line: string) => void) {
  const splitter = createLineSplitter(onLine);
  const throttle = createThrottle(stream);
  stream.on("error", () => undefined);
  const reader: OutputReader = {
    closed: new Promise((resolve) => stream.once("close", resolve)),
    end: () => {
      stream.destroy();
      splitter.end();
    },
    truncatedLines: () => splitter.truncatedLines(),
  };
  const take = (chunk: Uint8Array): void => {
    splitter.push(chunk);
    throttle(chunk.length);
  };
  return { reader, take };
}

/** Bytes a second that are read of one stream; a program beyond it is broken and waits in its write. */
const readBytesPerSecond = 1_048_576;

/** A program that writes without end must not take the agent's processor time from the others. */
function createThrottle(stream: Readable): (bytes: number) => void {
  let windowBytes = 0;
  let windowStartMs = performance.now();
  return (bytes) => {
    const ageMs = performance.now() - windowStartMs;
    if (ageMs >= 1_000) {
      windowBytes = 0;
      windowStartMs += ageMs;
    }
    windowBytes += bytes;
    if (windowBytes <= readBytesPerSecond) return;
    stream.pause();
    setTimeout(() => stream.resume(), 1_000 - Math.min(ageMs, 900)).unref();
  };
}
