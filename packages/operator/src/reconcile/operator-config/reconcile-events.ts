import { createHash } from "node:crypto";
import { isJsonObject } from "@ptp/api";
import type { AnyObject, Applier } from "@ptp/cluster";
import type { ConfigObject } from "@ptp/resolve";
import { isOwn } from "../../own-labels.ts";
import { applyEventObjects } from "./apply-event-objects.ts";
import type { ObjectPlace } from "./own-objects.ts";
import type { OwnReflectors } from "./own-reflectors.ts";
import { planEventObjects, type AgentNode } from "./plan-event-objects.ts";
import { endpointSlices, services } from "./resources.ts";

/** What the step needs. */
export interface ReconcileEventsOptions {
  readonly place: ObjectPlace;
  /** Nodes that have an agent; none while events are off. */
  readonly nodes: readonly AgentNode[];
  readonly applier: Applier;
  readonly reflectors: Pick<OwnReflectors, "services" | "endpointSlices">;
  readonly signal: AbortSignal;
  /** Told the names that others use for something else. */
  readonly blocked: (names: readonly string[]) => void;
}

/** Makes a Service with addresses for each node, and removes all others of this operator. @throws the first failure. */
export async function reconcileEvents(options: ReconcileEventsOptions): Promise<void> {
  const { place, nodes, applier, reflectors, signal, blocked } = options;
  const current = { services: reflectors.services.objects, slices: reflectors.endpointSlices.objects };
  const wanted = planEventObjects({ place, nodes, services: current.services.values(), sha256Hex });
  blocked(wanted.blocked);
  const isOurs = (object: AnyObject) => isOwn(object, place.operatorName, "events");
  const rest = { applier, isOurs, sha256Hex, signal };
  // Services first: addresses without one lead nowhere.
  await applyEventObjects(wanted.services, { ...rest, resource: services, objects: current.services });
  await applyEventObjects(wanted.slices, { ...rest, resource: endpointSlices, objects: current.slices });
}

/** Whether the PtpOperatorConfig asks for events. */
export function asksForEvents(operatorConfig: ConfigObject | undefined): boolean {
  const spec = isJsonObject(operatorConfig?.spec) ? operatorConfig.spec : {};
  const events = isJsonObject(spec["ptpEventConfig"]) ? spec["ptpEventConfig"] : {};
  return events["enableEventPublisher"] === true;
}

function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
