import { agentCapabilities } from "@ptp/node";
import type { AgentSettings } from "./agent-settings.ts";
import { agentTls } from "./agent-tls.ts";
import { agentCaFolder, agentTokenFolder, agentVolumes } from "./agent-volumes.ts";
import { eventPort } from "./render-event-service.ts";

/** Name of the agent's container, as users of the existing stack know it from `kubectl logs -c`. */
export const agentContainerName = "linuxptp-daemon-container";

/** The agent's container, as the DaemonSet has it. Nothing in it depends on profiles, keys or plugins. */
export function agentContainer(operatorName: string, settings: AgentSettings): Readonly<Record<string, unknown>> {
  const { image, imagePullPolicy, resources, ports, events } = settings;
  return {
    name: agentContainerName,
    image,
    imagePullPolicy,
    args: agentArguments(settings),
    env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
    ports: [
      { name: "metrics", containerPort: ports.metrics, protocol: "TCP" },
      ...(events ? [{ name: "events", containerPort: eventPort, protocol: "TCP" }] : []),
    ],
    resources,
    securityContext: securityContext(settings.privileged),
    // Ready as the existing daemon's endpoint says: every program of every profile runs.
    readinessProbe: { httpGet: probe("/ready", ports.probes), periodSeconds: 10, timeoutSeconds: 5 },
    // A restart costs the node its time: only an agent that has been silent for two minutes is ended.
    livenessProbe: {
      httpGet: probe("/healthz", ports.probes),
      periodSeconds: 15,
      timeoutSeconds: 10,
      failureThreshold: 8,
    },
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: agentVolumes(operatorName, settings).map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      ...(readOnly && { readOnly }),
    })),
  };
}

function agentArguments(settings: AgentSettings): readonly string[] {
  const { operatorAddress, logLevel, ports, events } = settings;
  return [
    `--operator=${operatorAddress}`,
    `--operator-ca=${agentCaFolder}/ca.crt`,
    `--token-file=${agentTokenFolder}/token`,
    `--metrics-bind-address=:${ports.metrics}`,
    `--probe-bind-address=127.0.0.1:${ports.probes}`,
    ...(logLevel === "debug" ? ["--v=4"] : []),
    ...agentTls(settings).args,
    ...(events?.ownMutations ? ["--event-own-mutations"] : []),
    ...(events?.tokens ? ["--event-tokens"] : []),
    ...(events?.tokens && events.tokens.subjects.length > 0
      ? [`--event-token-subjects=${events.tokens.subjects.join(",")}`]
      : []),
    ...(events && events.allowNetworks.length > 0 ? [`--event-allow-networks=${events.allowNetworks.join(",")}`] : []),
  ];
}

/** The kubelet is on the same host: nobody else need reach the probes. */
function probe(path: string, port: number) {
  return { host: "127.0.0.1", path, port, scheme: "HTTP" };
}

function securityContext(privileged: boolean) {
  const common = { readOnlyRootFilesystem: true, runAsUser: 0, runAsNonRoot: false };
  if (privileged) return { ...common, privileged: true };
  return {
    ...common,
    privileged: false,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"], add: agentCapabilities },
    seccompProfile: { type: "RuntimeDefault" },
  };
}
