import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startProgram } from "./guest-program.ts";
import { setSimulation } from "./linuxptp.ts";

/** A GNSS receiver: sentences over TCP, and the pulse of ptpsim. */
export interface Receiver {
  /** With a fix there is time of day; a receiver may go on with its pulse without one. */
  setFix(hasFix: boolean): void;
  setPulse(hasPulse: boolean): void;
  stop(): Promise<void>;
}

/** Port of 127.0.0.1 where the receiver tells its sentences. */
export const receiverPort = 10_110;

/** While this file is there the receiver has no fix. */
export const noFixPath = "/run/no-fix";

/**
 * Sentences come this long after the pulse they tell of: soon, since ts2phc takes what it reads half a second later, on a busy
 * machine, for another second.
 */
export const sentenceLatenessMs = 20;

/** One that would come so much later is left out, which ts2phc makes up for. */
export const longestLatenessMs = 200;

/** Starts a receiver with fix and pulse. */
export async function startReceiver(): Promise<Receiver> {
  const argv = ["nice", "-n", "-15", process.execPath, join(import.meta.dirname, "receiver-program.ts")];
  const program = startProgram("receiver", argv);
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  program.onLine(() => resolve());
  await listening;
  setSimulation("gnss", 1);
  return {
    setFix: (hasFix) => (hasFix ? rmSync(noFixPath, { force: true }) : writeFileSync(noFixPath, "")),
    setPulse: (hasPulse) => setSimulation("gnss", Number(hasPulse)),
    stop: () => program.stop(),
  };
}
