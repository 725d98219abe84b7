import type { PlanNotice, ProcessSpec, Ptp4lInstance } from "./run-plan.ts";

/** Programs of which a node can have one: they listen on a fixed port or socket. */
const onePerNode: ReadonlySet<string> = new Set(["gpsd", "chronyd"]);

/**
 * Remarks on what two profiles share. None is a reason to refuse: two ptp4l may share an interface in different domains,
 * and a second gpsd only fails by itself.
 */
export function sharedResources(
  processes: readonly ProcessSpec[],
  instances: readonly Ptp4lInstance[],
): readonly PlanNotice[] {
  const notices: PlanNotice[] = [];
  const ownerByResource = new Map<string, string>();
  const claim = (resource: string, profile: string, path: string): void => {
    const owner = ownerByResource.get(resource);
    if (owner === undefined) ownerByResource.set(resource, profile);
    else if (owner !== profile)
      notices.push({ profile, path, message: `${resource} is also used by profile ${owner}` });
  };
  for (const { profile, interfaces } of instances)
    for (const name of interfaces) claim(`interface ${name}`, profile, "ptp4lConf");
  for (const { program, profile } of processes)
    if (onePerNode.has(program)) claim(`${program}, of which a node has one,`, profile, ownerField(program));
  return notices;
}

function ownerField(program: string): string {
  return program === "gpsd" ? "ts2phcOpts" : `${program}Opts`;
}
