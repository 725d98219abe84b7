import { watch, type FSWatcher } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, toAppError, type Logger, type Part } from "@ptp/kit";
import { parseAgentSettings, type AgentSettings } from "./agent-settings.ts";

/** What was last read of the settings. */
export interface SettingsReading {
  /** The newest that were right; undefined if none ever were. */
  readonly settings?: AgentSettings;
  /** What is wrong with the file as it is now. */
  readonly problem?: string;
}

/** The file of `--agent-settings`, read again when it changes. */
export interface SettingsFile extends Part {
  reading(): SettingsReading;
}

/** What a settings file needs. */
export interface SettingsFileOptions {
  readonly path: string;
  readonly log: Logger;
  /** The reading is another one. */
  readonly changed: () => void;
  /** How often the file is read in any case; default 10 000. */
  readonly pollMs?: number;
}

/** Creates the reader; what is wrong with the file ends nothing, the settings before it stay. */
export function createSettingsFile({ path, log, changed, pollMs = 10_000 }: SettingsFileOptions): SettingsFile {
  let reading: SettingsReading = {};
  let lastText: string | undefined;
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let reads = Promise.resolve();

  const refuse = (problem: string): void => {
    if (problem === reading.problem) return;
    log.error("agent settings cannot be used", { error: problem });
    reading = { ...reading, problem };
    changed();
  };

  const read = async (): Promise<void> => {
    try {
      const text = await readFile(path, "utf8");
      if (text === lastText && reading.problem === undefined) return;
      const settings = parseAgentSettings(text);
      lastText = text;
      reading = { settings };
      changed();
    } catch (error) {
      refuse(`agent settings ${path}: ${messageOf(toAppError(error))}`);
    }
  };
  // One after the other: an older reading must not come last.
  const readNext = (): void => void (reads = reads.then(read));

  return {
    name: "agent settings",
    reading: () => reading,
    start: async () => {
      await read();
      watcher = tryWatch(dirname(path), readNext);
      timer = setInterval(readNext, pollMs);
    },
    stop: async () => {
      watcher?.close();
      clearInterval(timer);
      await reads;
    },
  };
}

/** A mounted ConfigMap changes by a link beside the file. Without inotify reading now and then has to do. */
function tryWatch(folder: string, touched: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, touched);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
