import type { AnyObject } from "@ptp/cluster";
import { isIP } from "node:net";
import { ownMetadata, type ObjectPlace } from "./own-objects.ts";

/** Where the events of a node are asked for. */
export const eventPort = 9043;

/** Annotation of an event Service: whole name of the node, which its own name may not hold. */
export const nodeNameAnnotation = "ptp.openshift.io/node-name";

/** A node with its event Service. */
export interface EventService {
  readonly nodeName: string;
  readonly serviceName: string;
  /** IP addresses of the node; those of agents, since they use its network. */
  readonly addresses: readonly string[];
}

/** The headless Service of a node. It has no selector: its addresses are the node's, see {@link renderEventSlices}. */
export function renderEventService(place: ObjectPlace, { nodeName, serviceName }: EventService): AnyObject {
  const metadata = ownMetadata(place, "events", serviceName);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, app: "linuxptp-daemon" },
      annotations: { [nodeNameAnnotation]: nodeName, "prometheus.io/scrape": "false" },
    },
    spec: {
      clusterIP: "None",
      ports: [{ name: "publisher-port", port: eventPort, protocol: "TCP", targetPort: eventPort }],
    },
  };
}

/**
 * The addresses behind a node's Service, one object a family of addresses. They are those of the node, so they stay right
 * while its agent is replaced, and while no operator is there.
 */
export function renderEventSlices(place: ObjectPlace, service: EventService): readonly AnyObject[] {
  return (["IPv4", "IPv6"] as const).flatMap((family) => {
    const address = service.addresses.find((each) => isIP(each) === (family === "IPv4" ? 4 : 6));
    return address === undefined ? [] : [renderSlice(place, service, { family, address })];
  });
}

function renderSlice(
  place: ObjectPlace,
  { nodeName, serviceName }: EventService,
  { family, address }: { readonly family: "IPv4" | "IPv6"; readonly address: string },
): AnyObject {
  const metadata = ownMetadata(place, "events", `${serviceName}-${family.toLowerCase()}`);
  const labels = {
    ...metadata.labels,
    "kubernetes.io/service-name": serviceName,
    "endpointslice.kubernetes.io/managed-by": "ptp-operator",
  };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...metadata, labels },
    addressType: family,
    // Events tell most when time is wrong: whether the agent's pod is ready does not matter here.
    endpoints: [{ addresses: [address], conditions: { ready: true }, nodeName }],
    ports: [{ name: "publisher-port", port: eventPort, protocol: "TCP" }],
  };
}
