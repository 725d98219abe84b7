import { existsSync } from "node:fs";
import { linuxptpMissing } from "../lab/linuxptp/releases.ts";
import { labMissing } from "../lab/preflight.ts";
import { bundledProgram } from "./world/world.ts";

/** Why programs of this project cannot run in a lab here, with the remedy; undefined: they can. */
export async function worldMissing(releases: readonly string[] = ["4.2"]): Promise<string | undefined> {
  if (process.platform !== "linux") return `real PTP programs run on Linux only, this is ${process.platform}`;
  const program = (["ptp-operator", "ptp-agent"] as const).map(bundledProgram).find((path) => !existsSync(path));
  if (program !== undefined) return `${program} is not there: run "make bundle"`;
  return releases.map(linuxptpMissing).find((reason) => reason !== undefined) ?? (await labMissing());
}
