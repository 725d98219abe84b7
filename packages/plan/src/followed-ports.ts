import { parseOpts, splitOpts } from "@ptp/ptp";
import { hasOption } from "./has-option.ts";
import { processKey } from "./node-paths.ts";
import type { ProcessSpec, Ptp4lInstance } from "./run-plan.ts";

/**
 * The spec with the ports of the ptp4l it follows. phc2sys and ts2phc that configure themselves (`-a`) ask for the ports
 * once and know them by number from then on; after a ptp4l started with other ports they would set the wrong clock.
 */
export function withFollowedPorts(spec: ProcessSpec, instances: readonly Ptp4lInstance[]): ProcessSpec {
  if (spec.program !== "phc2sys" && spec.program !== "ts2phc") return spec;
  if (!hasOption(parseOpts(splitOpts(spec.argv.slice(1).join(" ")), spec.program), "a")) return spec;
  const keys = new Set(spec.program === "phc2sys" ? spec.dependsOn : [processKey("ptp4l", spec.runId)]);
  const readAtStart = instances
    .filter(({ key }) => keys.has(key))
    .map(({ key, domainNumber, interfaces }) => `${key} domain ${domainNumber} ports ${interfaces.join(",")}`);
  return readAtStart.length === 0 ? spec : { ...spec, readAtStart };
}
