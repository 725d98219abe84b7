import type { JsonValue } from "@ptp/node";
import { messageOf } from "@ptp/kit";
import type { Surroundings } from "../surroundings.ts";
import { UsageError } from "../usage-error.ts";
import { readFileText, readStdinText } from "./read-text.ts";

/** Reads a JSON file, or standard input for `-`. @throws UsageError naming flag and file. */
export async function readJsonFile(path: string, flag: string, { stdin }: Surroundings): Promise<JsonValue> {
  const text = path === "-" ? await readStdinText(stdin) : await readFileText(path);
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    // The parser quotes the text; the position says enough.
    const reason = messageOf(error).replace(/, (\.\.\.)?".*" is not valid JSON$/s, "");
    throw new UsageError(`${flag} ${path} is not JSON: ${reason}`, { cause: error });
  }
}
