import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const shared = join(import.meta.dirname, "../../../../../shared");

/** Why tests on the shared material cannot run here, or false when they can. Pass it as `skip`. */
export const skipWithoutShared: string | false = existsSync(shared)
  ? false
  : "the folder ../shared/ with samples and vectors is not beside the project";

/** The path of a file or folder of ../shared. */
export function sharedPath(path: string): string {
  return join(shared, path);
}

/** Parses a YAML file of ../shared. */
export function readSharedYaml(path: string): unknown {
  return parse(readFileSync(sharedPath(path), "utf8"));
}
