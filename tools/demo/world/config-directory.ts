import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The directory of documents a standalone operator reads. */
export interface ConfigDirectory {
  /** Its path for programs of the lab. */
  readonly inside: string;
  /** The same for this program, and for an editor outside the lab. */
  readonly outside: string;
  read(file: string): Promise<string>;
  /** Replaces a file by rename and returns when that happened, in Unix milliseconds. */
  write(file: string, content: string): Promise<number>;
  /** Reads, changes and replaces a file; throws when `change` changes nothing. */
  edit(file: string, change: (text: string) => string): Promise<number>;
  remove(file: string): Promise<void>;
  /** Reads a file the operator wrote under `.status`; undefined while there is none. */
  status(file: string): Promise<string | undefined>;
}

/** Makes the directory from the documents in `from`. `outside` is its path for this program. */
export async function createConfigDirectory(from: string, inside: string, outside: string): Promise<ConfigDirectory> {
  await mkdir(outside, { recursive: true });
  const documents = (await readdir(from)).filter((name) => /^[^.].*\.(ya?ml|json)$/.test(name));
  for (const name of documents) await copyFile(join(from, name), join(outside, name));
  const read = (file: string): Promise<string> => readFile(join(outside, file), "utf8");
  const write = async (file: string, content: string): Promise<number> => {
    // Dotfiles are not read by the operator.
    const next = join(outside, `.${file}.next`);
    await writeFile(next, content);
    const atUnixMs = Date.now();
    await rename(next, join(outside, file));
    return atUnixMs;
  };
  return {
    inside,
    outside,
    read,
    write,
    edit: async (file, change) => {
      const before = await read(file);
      const after = change(before);
      if (after === before) throw new Error(`the edit of ${file} changes nothing`);
      return write(file, after);
    },
    remove: (file) => rm(join(outside, file)),
    status: async (file) => {
      try {
        return await readFile(join(outside, ".status", file), "utf8");
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
  };
}
