import type { ControlPlane } from "../../../tools/kubernetes/control-plane/control-plane.ts";

/** A pod of the agents' ServiceAccount. */
export interface AgentPodHandle {
  readonly name: string;
  readonly uid: string;
}

const namespace = "openshift-ptp";

/** Makes a pod on a node (or, without one, on none yet), as the DaemonSet does; nothing runs in it. */
export async function createAgentPod(
  plane: ControlPlane,
  name: string,
  nodeName: string | undefined,
  serviceAccountName = "linuxptp-daemon",
): Promise<AgentPodHandle> {
  const spec = {
    ...(nodeName !== undefined && { nodeName }),
    serviceAccountName,
    automountServiceAccountToken: false,
    containers: [{ name: "agent", image: "agent" }],
  };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec };
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const { metadata } = (await plane.api.request("POST", path, pod)) as { metadata: { uid: string } };
  return { name, uid: metadata.uid };
}

/** A token as kubelet projects it into the pod. */
export function agentToken(
  plane: ControlPlane,
  pod: AgentPodHandle | undefined,
  audience = "ptp-agent.ptp.openshift.io",
): Promise<string> {
  const serviceAccount = "linuxptp-daemon";
  return plane.serviceAccountToken({ namespace, serviceAccount, audience, ...(pod && { pod }) });
}
