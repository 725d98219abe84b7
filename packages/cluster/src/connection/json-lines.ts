import { AppError } from "@ptp/kit";

/** Longest line that is taken; etcd refuses objects above 1.5 MiB, a watch event holds one. */
export const maxLineBytes = 16 * 1024 * 1024;

/**
 * Splits a byte stream into lines of JSON. Empty lines are skipped, a last line without its end is dropped: the
 * connection broke inside it.
 *
 * @throws AppError transient on a line that is no JSON or longer than `limitBytes`.
 */
export async function* jsonLines(
  chunks: AsyncIterable<Uint8Array>,
  limitBytes: number = maxLineBytes,
): AsyncGenerator<unknown, void, undefined> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const tail = chunk.subarray(start, end);
      const line = pending.length === 0 ? tail : Buffer.concat([...pending, tail]);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
      if (line.length > 0) yield parse(line);
    }
    const rest = chunk.subarray(start);
    pendingBytes += rest.length;
    if (rest.length > 0) pending.push(rest);
    if (pendingBytes > limitBytes) {
      throw new AppError("transient", `a line of the watch is longer than ${limitBytes} bytes`);
    }
  }
}

const decoder = new TextDecoder();

function parse(line: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(line)) as unknown;
  } catch (error) {
    throw new AppError("transient", "a line of the watch is not JSON", { cause: error });
  }
}
