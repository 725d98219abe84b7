import { join } from "node:path";
import { messageOf, writeFileDurably, type Logger, type Part } from "@ptp/kit";
import type { InputRing } from "./input-ring.ts";

/** Where signals come from: a process. */
export interface RecordingSignals {
  on(signal: "SIGUSR2", listener: () => void): unknown;
  off(signal: "SIGUSR2", listener: () => void): unknown;
}

/** What a recording part needs. */
export interface RecordingOptions {
  readonly ring: InputRing;
  readonly stateDirectory: string;
  readonly signals: RecordingSignals;
  readonly log: Logger;
}

/** Name of the file in the state directory. */
export const recordingFileName = "recording.jsonl";

/**
 * On SIGUSR2 writes what the ring holds to the state directory, for its owner's eyes alone. No port serves it: who may
 * signal the agent may read its files, too.
 */
export function recordingPart({ ring, stateDirectory, signals, log }: RecordingOptions): Part {
  const path = join(stateDirectory, recordingFileName);
  let writing: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    try {
      const inputs = ring.count();
      await writeFileDurably(path, ring.text(), { mode: 0o600 });
      log.info("recording written", { path, inputs });
    } catch (error) {
      log.error("the recording could not be written", { path, error: messageOf(error) });
    }
  };
  const onSignal = (): void => {
    writing ??= write().finally(() => (writing = undefined));
  };
  return {
    name: "recording",
    start: async () => void signals.on("SIGUSR2", onSignal),
    stop: async () => {
      signals.off("SIGUSR2", onSignal);
      await writing;
    },
  };
}
