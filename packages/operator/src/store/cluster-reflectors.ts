import {
  createReflector,
  resources,
  trimManagedFields,
  type AnyObject,
  type ApiClient,
  type KubeObject,
  type Reflector,
  type ReflectorSettings,
  type Resource,
  type Selection,
} from "@ptp/cluster";
import { leapConfigMapName } from "@ptp/api";
import type { Logger } from "@ptp/kit";
import { authorityType } from "../authority/authority-objects.ts";
import type { StatusKind } from "./object-key.ts";

/** What the reflectors of a store need. */
export interface ClusterReflectorsOptions {
  readonly client: Pick<ApiClient, "request" | "stream">;
  readonly log: Logger;
  /** Namespaces whose Secrets are read. */
  readonly secretNamespaces: readonly string[];
  /** Namespaces whose profiles count; absent: all. */
  readonly profileNamespaces?: readonly string[];
  /** Where the operator's own objects are, one per node or per cluster; absent: looked for everywhere. */
  readonly operatorNamespace?: string;
  /** Of nodes and their objects, this node's alone; absent: all. */
  readonly onlyNode?: string;
  readonly settings?: Partial<ReflectorSettings>;
  /** A list or watch failed. */
  readonly failed?: () => void;
}

/** The resource of each kind that has a status. */
export const statusResources: Readonly<Record<StatusKind, Resource>> = {
  PtpConfig: resources.ptpconfigs,
  PtpOperatorConfig: resources.ptpoperatorconfigs,
  NodePtpDevice: resources.nodeptpdevices,
  HardwareConfig: resources.hardwareconfigs,
  NodePTPCfg: resources.nodeptpcfgs,
  NodePTPDev: resources.nodeptpdevs,
};

/** What people write; the other kinds are the operator's own. */
const profileKinds: ReadonlySet<string> = new Set(["PtpConfig", "HardwareConfig", "NodePTPCfg"]);

/** Kinds whose objects bear the name of the node they are about. */
const nodeKinds: ReadonlySet<string> = new Set(["NodePtpDevice", "NodePTPDev"]);

/**
 * Secrets that a profile may name. Not the keys of certificates and accounts, the operator's own among them: a profile
 * would bring them to a node. Nor Helm's releases, which are large.
 */
const profileSecrets = [authorityType, "kubernetes.io/tls", "kubernetes.io/service-account-token", "helm.sh/release.v1"]
  .map((type) => `type!=${type}`)
  .join();

/** The one ConfigMap that is read. */
const leapLists = { resource: resources.configmaps, fieldSelector: `metadata.name=${leapConfigMapName}` };

/** Creates the reflectors of everything a store holds; none is started. */
export function createClusterReflectors(options: ClusterReflectorsOptions): readonly Reflector<KubeObject>[] {
  const { client, log, settings, secretNamespaces, profileNamespaces, operatorNamespace, failed } = options;
  const ofNode = options.onlyNode === undefined ? {} : { fieldSelector: `metadata.name=${options.onlyNode}` };
  // After the reflector itself has noted it.
  const came = (outcome: string) => void (outcome === "failed" && failed && queueMicrotask(failed));
  const rest = { client, log, ...(settings && { settings }), hooks: { came } };
  const reflect = (selection: Selection<KubeObject>, transform: (object: KubeObject) => KubeObject) =>
    createReflector({ ...rest, ...selection, transform });
  return [
    reflect({ resource: resources.nodes, ...ofNode }, onlyNamesAndAddresses),
    ...Object.values(statusResources).flatMap((resource) => {
      const namespaces = profileKinds.has(resource.kind) ? profileNamespaces : operatorNamespace && [operatorNamespace];
      const selection = { resource, ...(nodeKinds.has(resource.kind) && ofNode) };
      if (namespaces === undefined || namespaces === "") return [reflect(selection, trimManagedFields)];
      return namespaces.map((namespace) => reflect({ ...selection, namespace }, trimManagedFields));
    }),
    ...(operatorNamespace ? [reflect({ ...leapLists, namespace: operatorNamespace }, trimManagedFields)] : []),
    ...secretNamespaces.map((namespace) =>
      reflect({ resource: resources.secrets, namespace, fieldSelector: profileSecrets }, trimManagedFields),
    ),
  ];
}

/** Of a node little else is read, and the rest is most of it: images, conditions, owners of fields. */
function onlyNamesAndAddresses({ apiVersion, kind, metadata, ...rest }: KubeObject): KubeObject {
  const { managedFields: _, ...names } = metadata;
  const { addresses = [], conditions = [] } = ((rest as Partial<AnyObject>)["status"] ?? {}) as Partial<NodeParts>;
  const lost = conditions.flatMap(({ type, status }) =>
    type === "Ready" && status !== "True" ? [{ type, status }] : [],
  );
  const kept = { ...(addresses.length > 0 && { addresses }), ...(lost.length > 0 && { conditions: lost }) };
  return { apiVersion, kind, metadata: names, ...(Object.keys(kept).length > 0 && { status: kept }) };
}

/** The part of a Node's status that is kept. */
export interface NodeParts {
  readonly addresses: readonly { readonly type: string; readonly address: string }[];
  /** Ready alone, and only where it is not. */
  readonly conditions: readonly { readonly type: string; readonly status: string }[];
}
