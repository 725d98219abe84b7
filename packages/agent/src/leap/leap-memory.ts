import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, readFileIfPresent, writeFileDurably, type Logger } from "@ptp/kit";
import { isJsonObject, type JsonValue } from "@ptp/node";
import { isLeapObservation, type LearnedLeaps } from "@ptp/truth";

/** What has to outlive the agent. */
export interface LeapMemory {
  readonly learned: LearnedLeaps;
  /** The last good list that the node was given; absent: it was given none. */
  readonly given?: string;
}

/** Nothing to remember. */
export const emptyLeapMemory: LeapMemory = { learned: { leapSeconds: [], atUnixMs: 0 } };

const maxBytes = 4_194_304;

function pathOf(stateDirectory: string): string {
  return join(stateDirectory, "leap.json");
}

/** What was remembered; what cannot be read is logged, and nothing then. */
export async function loadLeapMemory(stateDirectory: string, log: Logger): Promise<LeapMemory> {
  const path = pathOf(stateDirectory);
  try {
    const bytes = await readFileIfPresent(path, { maxBytes });
    if (bytes === undefined) return emptyLeapMemory;
    return readMemory(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as JsonValue);
  } catch (error) {
    log.warn("what was learned of leap seconds cannot be read", { path, error: messageOf(error) });
    return emptyLeapMemory;
  }
}

function readMemory(value: JsonValue): LeapMemory {
  if (!isJsonObject(value)) return emptyLeapMemory;
  const { learned = null, given } = value;
  const isKnown = isJsonObject(learned) && isLeapObservation({ kind: "learned", ...learned });
  return {
    learned: isKnown ? (learned as unknown as LearnedLeaps) : emptyLeapMemory.learned,
    ...(typeof given === "string" && { given }),
  };
}

/** Makes it durable. @throws the system error of the write. */
export async function saveLeapMemory(stateDirectory: string, memory: LeapMemory): Promise<void> {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  await writeFileDurably(pathOf(stateDirectory), JSON.stringify(memory), { mode: 0o600 });
}
