import { execFile } from "node:child_process";
import { lstat, mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { errnoCode, writeFileDurably } from "@ptp/kit";
import type { ProcessSpec } from "@ptp/plan";

/**
 * Puts in place what a process finds when it starts: its files, no stale socket, its FIFO.
 *
 * @throws the system error of the first thing that fails; its message names the path.
 */
export async function prepareRunFiles(spec: ProcessSpec): Promise<void> {
  for (const path of spec.sockets) {
    await makeFolder(path);
    if (spec.fifos?.includes(path) === true) await makeFifo(path);
    else await rm(path, { force: true });
  }
  for (const { path, content, mode } of spec.files) {
    await makeFolder(path);
    await writeFileDurably(path, content, { mode });
  }
}

/** Removes what a process leaves behind; `keep` are paths that its successor needs. */
export async function removeRunFiles(spec: ProcessSpec, keep: ReadonlySet<string> = new Set()): Promise<void> {
  const paths = [...spec.sockets, ...spec.files.map(({ path }) => path)].filter((path) => !keep.has(path));
  for (const path of paths) await rm(path, { force: true });
}

/** Folders that hold keys or command sockets are for root alone: chronyd refuses a wider one. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o750 });
}

/** A FIFO that exists stays: its reader may have it open, and would never hear of a new one. */
async function makeFifo(path: string): Promise<void> {
  try {
    if ((await lstat(path)).isFIFO()) return;
    await rm(path, { force: true });
  } catch (error) {
    if (errnoCode(error) !== "ENOENT") throw error;
  }
  // Node has no mkfifo(3).
  await promisify(execFile)("mkfifo", ["-m", "0600", "--", path], { timeout: 5_000 });
}
