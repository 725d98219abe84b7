import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Runs `work` in an empty folder whose path begins with `prefix`, up to three times while it throws: mirrors stumble.
 * The folder is removed in the end; what is to be kept, `work` moves away.
 */
export async function attemptInScratch<T>(
  prefix: string,
  progress: (line: string) => void,
  work: (dir: string) => Promise<T>,
): Promise<T> {
  await mkdir(dirname(prefix), { recursive: true });
  const scratch = await mkdtemp(prefix);
  try {
    return await retried(3, progress, (attempt) => work(join(scratch, String(attempt))));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function retried<T>(
  attempts: number,
  progress: (line: string) => void,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= attempts) throw error;
      progress(`attempt ${attempt} of ${attempts} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
