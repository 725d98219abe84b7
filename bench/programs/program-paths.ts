import { existsSync } from "node:fs";
import { join } from "node:path";
import { linuxptpMissing, linuxptpProgramDir } from "../../tools/lab/linuxptp/releases.ts";

/** Where bundles are unless told otherwise. */
export const defaultDist = join(import.meta.dirname, "../../dist");

/** The linuxptp release that benchmarks run. */
export const linuxptpRelease = "4.2";

/** Node's flags in the entry points of our images (Dockerfile.operator, Dockerfile.agent). */
const nodeFlags = {
  "ptp-operator": ["--max-semi-space-size=1", "--v8-pool-size=1"],
  "ptp-agent": ["--max-semi-space-size=1", "--v8-pool-size=1"],
} as const;

/**
 * A bundled program of a folder as `make bundle` fills it, as words that start it in the way our images do.
 * Throws when it is not there.
 */
export function bundledProgram(dist: string, name: keyof typeof nodeFlags): readonly string[] {
  const path = join(dist, "bin", name);
  if (!existsSync(path)) throw new Error(`${path} is missing: run "make bundle" first`);
  return [process.execPath, ...nodeFlags[name], path];
}

/** The folder with ptp4l. Throws when it is not there. */
export function ptp4lFolder(): string {
  const missing = linuxptpMissing(linuxptpRelease);
  if (missing !== undefined) throw new Error(missing);
  return linuxptpProgramDir(linuxptpRelease);
}
