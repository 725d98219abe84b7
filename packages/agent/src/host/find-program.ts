import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { join } from "node:path";

/** A program file and what tells one build of it from another. */
export interface FoundProgram {
  readonly path: string;
  /** Changes when the file is replaced. */
  readonly fingerprint: string;
}

/** The first executable file of that name in the folders, in their order. */
export async function findProgram(name: string, folders: readonly string[]): Promise<FoundProgram | undefined> {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      const file = await stat(path);
      await access(path, constants.X_OK);
      if (file.isFile()) return { path, fingerprint: `${file.dev}:${file.ino}:${file.size}:${file.mtimeMs}` };
    } catch {
      // Absent or not executable: the next folder may have it.
    }
  }
  return undefined;
}
