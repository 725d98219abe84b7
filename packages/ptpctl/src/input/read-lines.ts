import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { Surroundings } from "../surroundings.ts";
import { cannotRead } from "./read-text.ts";

/** The rest of a longer line is left out, in UTF-16 code units. */
const maxLineLength = 65_536;

/**
 * Hands every line of a file, or of standard input for `-`, to `onLine`, without its line end; a name that ends in `.gz` is
 * unpacked. As much as one line is held at a time, so that any size will do. Bytes that are not UTF-8 become U+FFFD.
 *
 * @throws UsageError naming `path`.
 */
export async function readLines(path: string, { stdin }: Surroundings, onLine: (line: string) => void): Promise<void> {
  const lines = createLineCutter(onLine);
  try {
    const source = path === "-" ? stdin : createReadStream(path);
    if (path.endsWith(".gz")) await pipeline(source, createGunzip(), lines.takeAll);
    else await lines.takeAll(source);
  } catch (error) {
    // An error without a code is one of ours; those of the system and of a broken archive have one.
    throw error instanceof Error && "code" in error ? cannotRead(path, error) : error;
  }
}

function createLineCutter(onLine: (line: string) => void): {
  readonly takeAll: (chunks: AsyncIterable<Uint8Array>) => Promise<void>;
} {
  const decoder = new TextDecoder();
  let held = "";
  const take = (text: string): void => {
    const lines = (held + text).split("\n");
    held = (lines.pop() ?? "").slice(0, maxLineLength);
    for (const line of lines) onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
  };
  return {
    takeAll: async (chunks) => {
      for await (const chunk of chunks) take(decoder.decode(chunk, { stream: true }));
      take(decoder.decode());
      if (held !== "") onLine(held);
    },
  };
}
