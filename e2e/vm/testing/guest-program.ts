import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { guestFolder } from "../../../tools/vm/guest-result.ts";

/** A line with the time at which it was read, in milliseconds of performance.now. */
export interface StampedLine {
  readonly atMs: number;
  readonly text: string;
}

/** A program that runs in the test machine. */
export interface GuestProgram {
  readonly pid: number;
  /** All that it printed. */
  readonly lines: readonly StampedLine[];
  /** Called for each line from now on. */
  onLine(listener: (line: StampedLine) => void): void;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
}

/** Starts a program. What it prints is kept beside the results as `<name>.log` too. */
export function startProgram(name: string, argv: readonly string[]): GuestProgram {
  const [program = "", ...args] = argv;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const closed = once(child, "close");
  closed.catch(() => undefined);
  const lines: StampedLine[] = [];
  const listeners: ((line: StampedLine) => void)[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on("line", (text) => {
      const line = { atMs: performance.now(), text };
      lines.push(line);
      appendFileSync(`${guestFolder}/${basename(name)}.log`, `${text}\n`);
      for (const listener of listeners) listener(line);
    });
  }
  return {
    pid: child.pid ?? 0,
    lines,
    onLine: (listener) => void listeners.push(listener),
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      child.kill("SIGTERM");
      await closed;
    },
  };
}
