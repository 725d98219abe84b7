import type { AnyObject } from "@ptp/cluster";
import { isOwn } from "../../own-labels.ts";
import { eventServiceNames } from "./event-service-names.ts";
import type { ObjectPlace } from "./own-objects.ts";
import { eventPort, nodeNameAnnotation, renderEventService, renderEventSlices } from "./render-event-service.ts";

/** A node that has an agent. */
export interface AgentNode {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** What event Services are made of. */
export interface EventSources {
  readonly place: ObjectPlace;
  /** Nodes that have an agent; none while events are off. */
  readonly nodes: readonly AgentNode[];
  /** All Services of the namespace. */
  readonly services: Iterable<AnyObject>;
  readonly sha256Hex: (text: string) => string;
}

/** Objects that publish where events are. */
export interface EventObjects {
  readonly services: readonly AnyObject[];
  readonly slices: readonly AnyObject[];
  /** Names that others use for something else: these nodes' events have no name. */
  readonly blocked: readonly string[];
}

/**
 * The Service of each node with the addresses behind it. A Service that somebody else made under its name, as the existing
 * operator does and leaves behind, stays as it is and gets the node's addresses if it is one for events.
 */
export function planEventObjects({ place, nodes, services, sha256Hex }: EventSources): EventObjects {
  const serviceByName = new Map([...services].map((service) => [service.metadata.name, service]));
  const isOurs = (service: AnyObject) => isOwn(service, place.operatorName, "events");
  const held = new Map(
    [...serviceByName.values()].filter(isOurs).flatMap(({ metadata }) => {
      const nodeName = metadata.annotations?.[nodeNameAnnotation];
      return nodeName === undefined ? [] : [[nodeName, metadata.name] as const];
    }),
  );
  const names = eventServiceNames(
    nodes.map(({ name }) => name),
    { held, sha256Hex },
  );
  const wanted: AnyObject[] = [];
  const slices: AnyObject[] = [];
  const blocked: string[] = [];
  for (const { name: nodeName, addresses } of nodes) {
    const serviceName = names.get(nodeName);
    if (serviceName === undefined) continue;
    const current = serviceByName.get(serviceName);
    const mayWrite = current === undefined || isOurs(current);
    if (!mayWrite && !isForEvents(current)) {
      blocked.push(serviceName);
      continue;
    }
    const service = { nodeName, serviceName, addresses };
    if (mayWrite) wanted.push(renderEventService(place, service));
    slices.push(...renderEventSlices(place, service));
  }
  return { services: wanted, slices, blocked };
}

function isForEvents({ spec }: AnyObject): boolean {
  const { clusterIP, ports = [] } = (spec ?? {}) as {
    readonly clusterIP?: string;
    readonly ports?: readonly { readonly port?: number }[];
  };
  return clusterIP === "None" && ports.some(({ port }) => port === eventPort);
}
