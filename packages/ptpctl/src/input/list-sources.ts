import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../usage-error.ts";
import { cannotRead } from "./read-text.ts";

/** One text to read. */
export interface Source {
  /** As messages name it. */
  readonly name: string;
  readonly kind: "file" | "stdin";
}

/** At most this many files are read from one directory. */
const maxFiles = 10_000;

/**
 * The texts behind the `-f` arguments, in their order, each once: files, `-` for standard input, and of directories the
 * files `*.yaml`, `*.yml` and `*.json` by name, without folders below and hidden files.
 *
 * @throws UsageError for a path that cannot be read, or a directory without such files.
 */
export async function listSources(paths: readonly string[]): Promise<readonly Source[]> {
  const sources = new Map<string, Source>();
  for (const path of paths) {
    if (path === "-") {
      sources.set("-", { name: "stdin", kind: "stdin" });
      continue;
    }
    for (const name of await filesBehind(path)) {
      const identity = await realpath(name).catch(() => name);
      if (!sources.has(identity)) sources.set(identity, { name, kind: "file" });
    }
  }
  return [...sources.values()];
}

async function filesBehind(path: string): Promise<readonly string[]> {
  if (path === "") throw new UsageError("-f needs a path: a file, a directory, or - for standard input");
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    return await filesIn(path);
  } catch (error) {
    throw error instanceof UsageError ? error : cannotRead(path, error);
  }
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && isManifestName(entry.name))
    .map(({ name }) => name)
    .sort();
  if (names.length === 0) throw new UsageError(`${directory} has no *.yaml, *.yml or *.json: name another directory`);
  if (names.length > maxFiles) throw new UsageError(`${directory} has more than ${maxFiles} files: split it`);
  const files: string[] = [];
  for (const name of names) {
    const path = join(directory, name);
    const stats = await stat(path).catch((error: unknown) => {
      throw cannotRead(path, error);
    });
    // A link to a directory is passed over like a directory.
    if (stats.isDirectory()) continue;
    if (!stats.isFile()) throw new UsageError(`${path} is no regular file: name it with -f of its own if it is meant`);
    files.push(path);
  }
  return files;
}

function isManifestName(name: string): boolean {
  return !name.startsWith(".") && /\.(ya?ml|json)$/.test(name);
}
