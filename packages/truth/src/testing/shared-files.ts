import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";

const shared = new URL("../../../../../shared/", import.meta.url);

/** A YAML file of the shared material; undefined where a checkout has none. */
export function sharedYaml(path: string): unknown {
  const file = new URL(path, shared);
  return existsSync(file) ? parse(readFileSync(file, "utf8")) : undefined;
}

/** A compressed text of the shared material; undefined where a checkout has none. */
export function sharedGzipText(path: string): string | undefined {
  const file = new URL(path, shared);
  return existsSync(file) ? gunzipSync(readFileSync(file)).toString("utf8") : undefined;
}

/** Why a test that needs the shared material cannot run. */
export const sharedMissing = "no ../shared beside the project: recorded material is not there";
