import { resources, type KubeObject, type Resource } from "@ptp/cluster";
import type { RemoveOptions } from "./remove-options.ts";

/** A Deployment or DaemonSet, as far as it is read here. */
export interface Selecting extends KubeObject {
  readonly spec?: { readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } };
}

/** The Lease of the replicas, as far as it is read here. */
export interface HeldLease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly renewTime?: string;
  };
}

/** A pod, as far as it is read here. */
export interface Pod extends KubeObject {
  readonly spec?: { readonly nodeName?: string };
}

/** The kinds that only this command deals with. */
export const kinds = {
  daemonsets: {
    group: "apps",
    version: "v1",
    plural: "daemonsets",
    kind: "DaemonSet",
    namespaced: true,
  } as Resource<Selecting>,
  deployments: {
    group: "apps",
    version: "v1",
    plural: "deployments",
    kind: "Deployment",
    namespaced: true,
  } as Resource<Selecting>,
  services: { group: "", version: "v1", plural: "services", kind: "Service", namespaced: true } as Resource,
  leases: {
    group: "coordination.k8s.io",
    version: "v1",
    plural: "leases",
    kind: "Lease",
    namespaced: true,
  } as Resource<HeldLease>,
} as const;

const endpointSlices: Resource = {
  group: "discovery.k8s.io",
  version: "v1",
  plural: "endpointslices",
  kind: "EndpointSlice",
  namespaced: true,
};

/** Lists of which the operator's own objects go, after the agents and in this order. */
export const listedResources: readonly Resource[] = [kinds.services, endpointSlices, resources.configmaps];

/** Reports on nodes, which nobody writes any more. */
export const reportResources: readonly Resource[] = [resources.nodeptpdevices, resources.nodeptpdevs];

/** An object that goes although it is known by its name only. */
export interface NamedTarget {
  readonly resource: Resource;
  readonly name: string;
  /** Goes only if the operator made it. */
  readonly onlyOurs: boolean;
}

/** What goes by name at the end: PtpOperatorConfig last, since it owns the others. */
export function namedTargets(options: RemoveOptions): readonly NamedTarget[] {
  const { name, keepConfig, keepSecrets } = options;
  const secrets = keepSecrets ? [] : [`${name}-ca`, `${name}-tls`];
  return [
    ...secrets.map((secret) => ({ resource: resources.secrets as Resource, name: secret, onlyOurs: true })),
    ...(keepConfig ? [] : [{ resource: resources.ptpoperatorconfigs as Resource, name: "default", onlyOurs: false }]),
  ];
}

/** What stays of the lists although the operator made it. */
export function isKept(
  resource: Resource,
  objectName: string,
  { name, keepAgents }: RemoveOptions,
  hasForeignDaemon: boolean,
): boolean {
  // Nodes that still run the existing daemon read their profiles there.
  if (resource.plural === "configmaps" && objectName === "ptp-configmap") return hasForeignDaemon;
  if (!keepAgents) return false;
  // Agents start again with their authority, and their event Services lead to them.
  return (
    resource === kinds.services ||
    resource === endpointSlices ||
    (resource.plural === "configmaps" && objectName === `${name}-agent-ca`)
  );
}

/** Pods of DaemonSets that are gone: they are what has to end before the rest goes. */
export function orphanedPods(pods: readonly Pod[], daemonSets: readonly Selecting[]): readonly Pod[] {
  const living = new Set(daemonSets.map(({ metadata }) => metadata.uid));
  return pods.filter(({ metadata }) =>
    (metadata.ownerReferences ?? []).some(({ kind, uid }) => kind === "DaemonSet" && !living.has(uid)),
  );
}

/** Pods in words, a few by name with their nodes. */
export function podsText(pods: readonly Pod[]): string {
  const named = pods.slice(0, 5).map(({ metadata, spec }) => `${metadata.name} on ${spec?.nodeName ?? "no node"}`);
  const more = pods.length > named.length ? [`${pods.length - named.length} more`] : [];
  return [...named, ...more].join(", ");
}
