import { reasons } from "@ptp/api";
import type { AnyObject, Applier, ObjectReader } from "@ptp/cluster";
import { isOwn } from "../../own-labels.ts";
import type { AgentsStanding } from "./agents-standing.ts";
import { daemonSets } from "./resources.ts";

/** What applying the agents' DaemonSet needs. */
export interface ApplyDaemonSetOptions {
  readonly applier: Applier;
  /** All DaemonSets of the namespace, as the watch has them. */
  readonly objects: ObjectReader<AnyObject>;
  readonly operatorName: string;
  readonly signal: AbortSignal;
}

/**
 * Makes the DaemonSet be what is wanted, then removes those of this operator under other names: while the wanted one
 * cannot be made, the agents there are go on.
 *
 * @returns why it cannot be made before somebody acts; undefined if it was made.
 * @throws ApiError; AppError of the fence.
 */
export async function applyDaemonSet(
  wanted: AnyObject,
  { applier, objects, operatorName, signal }: ApplyDaemonSetOptions,
): Promise<Extract<AgentsStanding, { kind: "blocked" }> | undefined> {
  const all = [...objects.values()];
  const { name } = wanted.metadata;
  const current = all.find(({ metadata }) => metadata.name === name);
  const isOurs = (object: AnyObject) => isOwn(object, operatorName, "agent");
  if (current !== undefined && !isOurs(current)) {
    const message = `DaemonSet ${name} is not of this operator, and stays as it is: delete it, or give the agents another name (daemonSetName in the agent settings)`;
    return { kind: "blocked", reason: reasons.ownedByOthers, message };
  }
  // One that is there and was not shown yet may be somebody else's: then it is a conflict.
  await applier.apply(daemonSets, wanted, { current, force: current !== undefined, signal });
  for (const object of all) {
    if (isOurs(object) && object.metadata.name !== name) await applier.remove(daemonSets, object, { signal });
  }
  return undefined;
}
