import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { errnoCode } from "@ptp/kit";

/** First words of a file that an agent wrote; another file there is the user's. */
export const ownRemark = "Kept by ptp-agent";

/** Far above any list; a reader refuses longer ones itself. */
const maxBytes = 1_048_576;

/** A list as it lies there. */
export interface LeapFile {
  readonly text: string;
  readonly isOwn: boolean;
  readonly modifiedS: number;
}

/**
 * Reads a list; undefined if there is none.
 *
 * @throws the system error otherwise, or an Error for what is no regular file or no list of bearable size.
 */
export function readLeapFile(path: string): LeapFile | undefined {
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > maxBytes) throw new Error(`${path} is no file of at most ${maxBytes} bytes`);
    const text = readFileSync(path, "utf8");
    return { text, isOwn: text.startsWith(`# ${ownRemark}`), modifiedS: Math.floor(found.mtimeMs / 1000) };
  } catch (error) {
    if (errnoCode(error) === "ENOENT" || errnoCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/**
 * Replaces the list as a whole, and only if it differs: each change makes ts2phc read it anew. ts2phc compares time stamps in
 * seconds, so the new one is at least one later. At once and not in turns: a process may be about to start that needs it.
 *
 * @throws the system error of the write.
 */
export function replaceLeapFile(path: string, text: string, nowUnixMs: number): void {
  const before = readLeapFile(path);
  if (before?.text === text) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  const temporary = `${path}.new`;
  try {
    writeFileSync(temporary, text, { mode: 0o644 });
    const modifiedS = Math.max(Math.floor(nowUnixMs / 1000), (before?.modifiedS ?? 0) + 1);
    utimesSync(temporary, modifiedS, modifiedS);
    renameSync(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What went wrong before is what is told.
  }
}
