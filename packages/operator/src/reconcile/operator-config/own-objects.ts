import type { KubeObject, OwnerReference } from "@ptp/cluster";
import { ownLabels, type Component } from "../../own-labels.ts";

/** Where the operator makes its objects, and in whose name. */
export interface ObjectPlace {
  readonly namespace: string;
  /** Prefix of the chart's objects: tells one installation's objects from another's. */
  readonly operatorName: string;
  /** The PtpOperatorConfig `default`: all goes with it. */
  readonly owner: OwnerReference;
}

/** Labels of the agents' pods, by which their DaemonSet, Services and people find them. */
export function agentPodLabels(operatorName: string): Readonly<Record<string, string>> {
  return { app: "linuxptp-daemon", role: "ptp", ...ownLabels(operatorName, "agent") };
}

/** Names of the labels that nobody else may set on the agents' pods. */
export const ownLabelNames: readonly string[] = Object.keys(agentPodLabels(""));

/** Metadata of an object that goes when the PtpOperatorConfig goes. */
export function ownMetadata(
  { namespace, operatorName, owner }: ObjectPlace,
  component: Component,
  name: string,
): KubeObject["metadata"] {
  return { name, namespace, labels: ownLabels(operatorName, component), ownerReferences: [owner] };
}
