import type { AnyObject } from "@ptp/cluster";
import { ownLabels } from "../../own-labels.ts";
import { withTemplateLabel } from "../rollout/template-label.ts";
import { agentContainer } from "./agent-container.ts";
import type { AgentSettings } from "./agent-settings.ts";
import { agentVolumes } from "./agent-volumes.ts";
import { agentPodLabels, ownMetadata, type ObjectPlace } from "./own-objects.ts";

/** What the DaemonSet is made of; nothing else changes it, so nothing else ever restarts an agent. */
export interface DaemonSetSources {
  readonly place: ObjectPlace;
  readonly settings: AgentSettings;
  /** Labels of nodes that have an agent. */
  readonly nodeSelector: Readonly<Record<string, string>>;
}

/**
 * The agents' DaemonSet. `OnDelete`: its pods are replaced one node at a time by the operator, which knows the state of
 * their clocks.
 */
export function renderDaemonSet({ place, settings, nodeSelector }: DaemonSetSources): AnyObject {
  const { operatorName } = place;
  const labels = agentPodLabels(operatorName);
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: ownMetadata(place, "agent", settings.daemonSetName),
    spec: {
      // More than `app`: pods that the existing operator's DaemonSet left behind must not be adopted.
      selector: { matchLabels: { app: labels["app"], ...ownLabels(operatorName, "agent") } },
      updateStrategy: { type: "OnDelete" },
      template: withTemplateLabel({
        metadata: {
          labels: { ...settings.podLabels, ...labels },
          ...(Object.keys(settings.podAnnotations).length > 0 && { annotations: settings.podAnnotations }),
        },
        spec: podSpec(operatorName, settings, nodeSelector),
      }),
    },
  };
}

function podSpec(operatorName: string, settings: AgentSettings, nodeSelector: DaemonSetSources["nodeSelector"]) {
  const { priorityClassName, imagePullSecrets, tolerations, serviceAccountName, affinity } = settings;
  return {
    hostNetwork: true,
    dnsPolicy: "ClusterFirstWithHostNet",
    serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // An agent ends its programs in 12 s.
    terminationGracePeriodSeconds: 30,
    ...(priorityClassName !== "" && { priorityClassName }),
    ...(imagePullSecrets.length > 0 && { imagePullSecrets }),
    tolerations,
    nodeSelector,
    ...(affinity && { affinity }),
    containers: [agentContainer(operatorName, settings)],
    volumes: agentVolumes(operatorName, settings).map(({ name, source }) => ({ name, ...source })),
  };
}
