import { open, type FileHandle } from "node:fs/promises";
import { errnoCode, messageOf } from "@ptp/kit";
import { UsageError } from "../usage-error.ts";

/** Larger input is refused, in bytes. */
export const maxInputBytes = 4 * 1024 * 1024;

/** Reads a UTF-8 file of at most 4 MiB; pipes are fine, folders are not. @throws UsageError naming `path`. */
export async function readFileText(path: string): Promise<string> {
  const file = await openForReading(path);
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw new UsageError(`${path} is a directory: name a file in it`);
    if (stats.size > maxInputBytes) throw tooLarge(path, stats.size);
    // A pipe has no size, and a file may have grown since it was measured.
    return await readStreamText(file.createReadStream({ autoClose: false }), path);
  } catch (error) {
    throw error instanceof UsageError ? error : cannotRead(path, error);
  } finally {
    await file.close();
  }
}

/** Reads a UTF-8 stream of at most 4 MiB. @throws UsageError naming `source`. */
export async function readStreamText(stream: AsyncIterable<Uint8Array>, source: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxInputBytes) throw tooLarge(source, size);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new UsageError(`${source} is no UTF-8 text: convert it`, { cause: error });
  }
}

/** The sentence for a path that the system refuses to hand out. */
export function cannotRead(path: string, error: unknown): UsageError {
  const reason = {
    ENOENT: "there is no such file",
    EACCES: "permission denied",
    ENOTDIR: "a part of it is no directory",
  };
  const code = errnoCode(error);
  const known = Object.entries(reason).find(([each]) => each === code)?.[1];
  return new UsageError(`cannot read ${path}: ${known ?? messageOf(error)}; check the path`, { cause: error });
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    throw cannotRead(path, error);
  }
}

function tooLarge(source: string, bytes: number): UsageError {
  return new UsageError(`${source} has ${bytes} bytes or more; at most ${maxInputBytes} (4 MiB) are read: split it`);
}
