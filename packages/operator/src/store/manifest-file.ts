import { constants } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { messageOf } from "@ptp/kit";
import { readManifest, type ManifestReading } from "./read-manifest.ts";

/** Larger files are refused unread, in bytes. */
export const maxManifestBytes = 4 * 1024 * 1024;

/** Whether a name in the directory is one of ours: YAML or JSON, and not hidden. */
export function isManifestName(name: string): boolean {
  return !name.startsWith(".") && /\.(ya?ml|json)$/.test(name);
}

/** What tells one content of a file from another without reading it; undefined if there is no such file. */
export async function signatureOf(path: string): Promise<string | undefined> {
  try {
    const { size, mtimeNs, ino, dev, mode } = await stat(path, { bigint: true });
    return `${size} ${mtimeNs} ${dev}:${ino} ${mode}`;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    return `unreadable: ${messageOf(error)}`;
  }
}

/** Reads a manifest file. Whatever is wrong with it comes back as a reading. */
export async function readManifestFile(path: string): Promise<readonly ManifestReading[]> {
  try {
    return readManifest(await readText(path), path.endsWith(".json") ? "json" : "yaml");
  } catch (error) {
    return [{ type: "unreadable", findings: [{ path: "", message: messageOf(error) }] }];
  }
}

async function readText(path: string): Promise<string> {
  // Not to wait for the writer of a pipe that somebody put there.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error("is not a regular file; put the documents themselves here");
    if (stats.size > maxManifestBytes) {
      throw new Error(`has ${stats.size} bytes; at most ${maxManifestBytes} are read: split it`);
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(await readBounded(file));
  } finally {
    await file.close();
  }
}

/** The file may have grown since it was measured. */
async function readBounded(file: FileHandle): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of file.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxManifestBytes) throw new Error(`grew above ${maxManifestBytes} bytes while it was read`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
