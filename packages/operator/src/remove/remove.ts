import { hasStatus, resources, resourcePath, type KubeObject, type Resource } from "@ptp/cluster";
import { isOurReport, isOurs } from "./is-ours.ts";
import { removeLease, untilNobodyLeads } from "./lead.ts";
import {
  isKept,
  kinds,
  listedResources,
  namedTargets,
  orphanedPods,
  podsText,
  reportResources,
  type Pod,
  type Selecting,
} from "./removal-plan.ts";
import { ask, read, readAll, removeObject, untilNone, type RemovalWorld } from "./removal-world.ts";
import type { RemoveOptions } from "./remove-options.ts";

const pods = resources.pods as Resource<Pod>;
const remedy = "if their nodes are gone for good, delete them with --force; then run it again";

/**
 * Stops the operator, which would make all of it anew, and removes what it made: the agents first, so that programs on
 * the nodes end while all they need is there.
 *
 * @throws DeadlineError with what is left; ApiError what the API server refuses.
 */
export async function remove(world: RemovalWorld, options: RemoveOptions): Promise<void> {
  await stopOperator(world, options);
  const lead = await untilNobodyLeads(world);
  const daemonSets = await readAll(world, kinds.daemonsets);
  const ours = daemonSets.filter((daemonSet) => isOurs(daemonSet, options.name));
  if (options.keepAgents) tellKept(world, ours);
  else await removeAgents(world, ours);
  const hasForeignDaemon = daemonSets.length > ours.length;
  for (const resource of listedResources) {
    for (const object of await readAll(world, resource)) {
      if (!isOurs(object, options.name) || isKept(resource, object.metadata.name, options, hasForeignDaemon)) continue;
      await removeObject(world, resource, object);
    }
  }
  for (const resource of reportResources) {
    for (const object of await readAll(world, resource)) {
      if (isOurReport(object)) await removeObject(world, resource, object);
    }
  }
  await removeLease(world, lead);
  await removeNamed(world, options);
}

/** A Deployment of no replicas: the one state in which nothing comes back, whatever the operator's own state is. */
async function stopOperator(world: RemovalWorld, { name, namespace }: RemoveOptions): Promise<void> {
  const deployment = await read(world, kinds.deployments, name);
  if (deployment === undefined) {
    world.tell(`there is no Deployment ${namespace}/${name}: nothing to stop`);
    return;
  }
  const path = resourcePath(kinds.deployments, { namespace, name, subresource: "scale" });
  const body = { spec: { replicas: 0 } };
  try {
    await ask(world, { method: "PATCH", path, body, contentType: "application/merge-patch+json" });
    world.tell(`stopped Deployment ${namespace}/${name}: no replica may make anew what is removed`);
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
  await untilNone(
    world,
    () => readAll(world, pods, selectorOf(deployment)),
    (left) => `${left.length} pods of the operator: ${podsText(left)}`,
    remedy,
  );
}

async function removeAgents(world: RemovalWorld, daemonSets: readonly Selecting[]): Promise<void> {
  for (const daemonSet of daemonSets) await removeObject(world, kinds.daemonsets, daemonSet);
  const removed = new Set(daemonSets.map(({ metadata }) => metadata.uid));
  // One that a finalizer holds makes no pods any more.
  const living = (await readAll(world, kinds.daemonsets)).filter(({ metadata }) => !removed.has(metadata.uid));
  // Also those of an earlier run that was stopped.
  await untilNone(
    world,
    async () => orphanedPods(await readAll(world, pods, "app=linuxptp-daemon"), living),
    (left) => `${left.length} agents to end: ${podsText(left)}`,
    remedy,
  );
}

function tellKept(world: RemovalWorld, daemonSets: readonly KubeObject[]): void {
  for (const { metadata } of daemonSets) {
    world.tell(`kept DaemonSet ${world.namespace}/${metadata.name}: the agents go on with what they run`);
  }
}

async function removeNamed(world: RemovalWorld, options: RemoveOptions): Promise<void> {
  for (const { resource, name, onlyOurs } of namedTargets(options)) {
    const object = await read(world, resource, name);
    if (object === undefined || (onlyOurs && !isOurs(object, options.name))) continue;
    await removeObject(world, resource, object);
  }
}

function selectorOf({ spec }: Selecting): string {
  return Object.entries(spec?.selector?.matchLabels ?? {})
    .map(([label, value]) => `${label}=${value}`)
    .join(",");
}
