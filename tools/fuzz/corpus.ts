import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const kept = join(import.meta.dirname, "corpus");
/** Recordings beside the checkout; not there on every machine. */
const shared = join(import.meta.dirname, "../../../shared/data");
/** More would only thin out what is rare. */
const maxLines = 1_500;

/** Inputs of a target that are kept with the source: `corpus/<target>/*`, such as those that once broke a law. */
export function keptInputs(target: string): readonly Uint8Array[] {
  const folder = join(kept, target);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .toSorted()
    .map((name) => readFileSync(join(folder, name)));
}

/** The files below a folder of the recordings whose name matches; none where there are no recordings. */
export function sharedFiles(folder: string, name: RegExp): readonly Buffer[] {
  const root = join(shared, folder);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => name.test(path))
    .toSorted()
    .map((path) => {
      const bytes = readFileSync(join(root, path));
      return path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
    });
}

/** Lines spread evenly over such files, each an input. */
export function sharedLines(folder: string, name: RegExp): readonly Uint8Array[] {
  const lines = sharedFiles(folder, name).flatMap((file) => file.toString("latin1").split("\n"));
  const every = Math.max(1, Math.ceil(lines.length / maxLines));
  return lines.filter((_, place) => place % every === 0).map((line) => Buffer.from(line, "latin1"));
}

/** Inputs from texts. */
export function texts(...all: readonly string[]): readonly Uint8Array[] {
  return all.map((each) => Buffer.from(each));
}
