import type { AnyObject, Resource } from "@ptp/cluster";

/** Kinds this reconciler makes, by their names in paths. */
export const daemonSets: Resource<AnyObject> = {
  group: "apps",
  version: "v1",
  plural: "daemonsets",
  kind: "DaemonSet",
  namespaced: true,
};

/** Event Services of nodes. */
export const services: Resource<AnyObject> = {
  group: "",
  version: "v1",
  plural: "services",
  kind: "Service",
  namespaced: true,
};

/** The addresses behind them. */
export const endpointSlices: Resource<AnyObject> = {
  group: "discovery.k8s.io",
  version: "v1",
  plural: "endpointslices",
  kind: "EndpointSlice",
  namespaced: true,
};
