import type { KubeObject, OwnerReference } from "@ptp/cluster";

/** Where the operator makes its objects, and in whose name. */
export interface ObjectPlace {
  readonly namespace: string;
  /** Prefix of the chart's objects: tells one installation's objects from another's. */
  readonly operatorName: string;
  /** The PtpOperatorConfig `default`: all goes with it. */
  readonly owner: OwnerReference;
}

/** What an object is for. */
export type Component = "agent" | "events";

/** Labels that say whose an object is, and what it is for. */
export function ownLabels(operatorName: string, component: Component): Readonly<Record<string, string>> {
  return {
    "app.kubernetes.io/managed-by": "ptp-operator",
    "app.kubernetes.io/instance": operatorName,
    "app.kubernetes.io/component": component,
  };
}

/** Labels of the agents' pods, by which their DaemonSet, Services and people find them. */
export function agentPodLabels(operatorName: string): Readonly<Record<string, string>> {
  return { app: "linuxptp-daemon", role: "ptp", ...ownLabels(operatorName, "agent") };
}

/** Names of the labels that nobody else may set on the agents' pods. */
export const ownLabelNames: readonly string[] = Object.keys(agentPodLabels(""));

/** Whether this installation of the operator has made an object for that purpose. */
export function isOwnObject({ metadata }: KubeObject, operatorName: string, component: Component): boolean {
  const labels = metadata.labels ?? {};
  return Object.entries(ownLabels(operatorName, component)).every(([name, value]) => labels[name] === value);
}

/** Metadata of an object that goes when the PtpOperatorConfig goes. */
export function ownMetadata(
  { namespace, operatorName, owner }: ObjectPlace,
  component: Component,
  name: string,
): KubeObject["metadata"] {
  return { name, namespace, labels: ownLabels(operatorName, component), ownerReferences: [owner] };
}
