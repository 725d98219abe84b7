import type { KubeObject, Resource } from "@ptp/cluster";

/** A ConfigMap with one value: the smallest object to follow. */
export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** Where ConfigMaps are served. */
export const configmaps: Resource<ConfigMap> = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
};

/** Path of the ConfigMaps of namespace default. */
export const configmapsPath = "/api/v1/namespaces/default/configmaps";

/** A ConfigMap of namespace default. */
export function configMap(name: string, value: string): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data: { value } };
}
