import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";

const shared = new URL("../../../../../shared/", import.meta.url);

/** Text of a file of the shared material; undefined where a checkout has none. */
export function sharedText(path: string): string | undefined {
  const file = new URL(path, shared);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** A YAML file of the shared material. */
export function sharedYaml(path: string): unknown {
  const text = sharedText(path);
  // Integers above 2^53 (clock identities) keep all digits; callers write them as text.
  return text === undefined ? undefined : parse(text, { intAsBigInt: true });
}

/** Why a test that needs the shared material cannot run. */
export const sharedMissing = "no ../shared beside the project: recorded material is not there";
