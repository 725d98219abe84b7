import { open, type FileHandle } from "node:fs/promises";
import { errnoCode, messageOf } from "@ptp/kit";
import { UsageError } from "../usage-error.ts";

/** Larger files are refused, in bytes. */
export const maxFileBytes = 4 * 1024 * 1024;

/**
 * Larger standard input is refused, in bytes: a large cluster's Nodes come through a pipe. Beyond the size of a file it has
 * to be JSON, which needs little more memory than its text.
 */
export const maxStdinBytes = 64 * 1024 * 1024;

/** Reads a UTF-8 file of at most 4 MiB; pipes are fine, folders are not. @throws UsageError naming `path`. */
export async function readFileText(path: string): Promise<string> {
  const file = await openForReading(path);
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw new UsageError(`${path} is a directory: name a file in it`);
    if (stats.size > maxFileBytes) throw tooLarge(path, maxFileBytes);
    // A pipe has no size, and a file may have grown since it was measured.
    return await readText(file.createReadStream({ autoClose: false }), path, maxFileBytes);
  } finally {
    await file.close();
  }
}

/** Reads standard input, UTF-8 of at most 4 MiB, or 64 MiB of JSON. @throws UsageError. */
export async function readStdinText(stdin: AsyncIterable<Uint8Array>): Promise<string> {
  const text = await readText(stdin, "stdin", maxStdinBytes);
  if (text.length > maxFileBytes && !/^\s*[[{]/.test(text)) {
    throw new UsageError("stdin has more than 4 MiB, and only JSON may be as large: kubectl get … -o json");
  }
  return text;
}

async function readText(stream: AsyncIterable<Uint8Array>, source: string, maxBytes: number): Promise<string> {
  const bytes = await readBytes(stream, source, maxBytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UsageError(`${source} is no UTF-8 text: convert it`, { cause: error });
  }
}

async function readBytes(stream: AsyncIterable<Uint8Array>, source: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(source, maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof UsageError ? error : cannotRead(source, error);
  }
  return Buffer.concat(chunks);
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

function tooLarge(source: string, maxBytes: number): UsageError {
  return new UsageError(`${source} has more than ${maxBytes / 1024 ** 2} MiB: split it`);
}
