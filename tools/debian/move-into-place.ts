import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";

/**
 * Renames the finished folder `from`, which has a file VERSION, to `to`. When another process has put the same there
 * meanwhile, that one stays.
 */
export async function moveIntoPlace(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!existsSync(join(to, "VERSION"))) throw error;
  }
}
