import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { AppError, errnoCode } from "./app-error.ts";

/**
 * Replaces a file so that after a crash or power loss either the old or the new content is there, never a part: temporary
 * file in the same directory, write, fsync, rename, fsync of the directory. On failure no temporary file remains.
 */
export async function writeFileDurably(
  path: string,
  content: string | Uint8Array,
  { mode }: { readonly mode: number },
): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Whether a file is what a kill left of a `writeFileDurably`. */
export function isTemporaryName(name: string): boolean {
  return /^\.[\da-f]{12}\.tmp$/.test(name);
}

/** Makes a directory with those above it that are missing, so that none of them is lost with power. */
export async function makeDirectoryDurably(path: string, { mode }: { readonly mode: number }): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode });
  if (made === undefined) return;
  const highest = dirname(resolve(made));
  for (let above = dirname(resolve(path)); ; above = dirname(above)) {
    await syncDirectory(above);
    if (above === highest || above === dirname(above)) return;
  }
}

/** Makes renames and removals in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * Content of a file, or undefined if there is none.
 *
 * @throws AppError invalid if it is larger than `maxBytes`, or no regular file.
 */
export async function readFileIfPresent(
  path: string,
  { maxBytes }: { readonly maxBytes: number },
): Promise<Uint8Array | undefined> {
  try {
    const found = await stat(path);
    // To read a FIFO would wait for its writer, a device for ever.
    if (!found.isFile()) throw new AppError("invalid", `${path} is not a regular file`);
    const { size } = found;
    if (size > maxBytes) throw new AppError("invalid", `${path} has ${size} bytes, more than the ${maxBytes} allowed`);
    return await readFile(path);
  } catch (error) {
    if (errnoCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
