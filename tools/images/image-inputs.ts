import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "../debian/command.ts";

const root = join(import.meta.dirname, "../..");

/** What goes into the images, beside the Dockerfile: files and folders that git knows or could know. */
const sources = [
  "package.json",
  "package-lock.json",
  ".npmrc",
  "packages",
  "bundle.mjs",
  "LICENSE",
  "tools/images/minimal-root.sh",
];

/** Tells one state of all that an image is built from, words given to the build too, from another. */
export async function hashOfInputs(dockerfile: string, words: readonly string[]): Promise<string> {
  const listed = await command([
    "git",
    "-C",
    root,
    "ls-files",
    "--cached",
    "--others",
    "--exclude-standard",
    "-z",
    "--",
    ...sources,
  ]);
  const paths = [dockerfile, ...listed.split("\0").filter((path) => path !== "" && !path.endsWith(".test.ts"))];
  const hash = createHash("sha256").update(JSON.stringify(words));
  for (const path of [...new Set(paths)].toSorted()) {
    // Deleted but not yet committed so: as if it were not there.
    const content = await readFile(join(root, path)).catch(() => undefined);
    if (content !== undefined) hash.update(`${path}\0${String(content.length)}\0`).update(content);
  }
  return hash.digest("hex");
}
