import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { command } from "../debian/command.ts";

/** Where images and their parts are kept; nothing of it is in the machine's own container storage. */
export const imageCacheDir = join(import.meta.dirname, "../../.cache/images");

/** Runs buildah, which builds images without a daemon, and returns what it printed. Throws with its last words. */
export type Buildah = (...words: readonly string[]) => Promise<string>;

/** Gives buildah with a storage of the project's own. */
export async function createBuildah(): Promise<Buildah> {
  const dir = join(imageCacheDir, "store");
  await mkdir(dir, { recursive: true });
  const storage = ["--storage-driver=overlay", `--root=${dir}`, `--runroot=${join(imageCacheDir, "run")}`];
  return (...words) => command(["buildah", ...storage, ...words], { timeoutMs: 900_000 });
}

/** Why no image can be built here, or undefined when one can. */
export async function buildahMissing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "images are built as root here: run as root, or use docker build";
  try {
    await command(["buildah", "--version"]);
    return undefined;
  } catch {
    return "buildah is not installed: apt-get install buildah, or use docker build";
  }
}
