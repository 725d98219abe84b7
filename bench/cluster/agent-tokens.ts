import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";

/** What the agents' pods are. */
export interface AgentPlace {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audience: string;
}

/** Requests under way at once. */
const width = 16;

/** Makes a pod of the agents on each node, as their DaemonSet does, and a token for each. Nothing runs in the pods. */
export async function createAgentTokens(
  plane: ControlPlane,
  nodeNames: readonly string[],
  place: AgentPlace,
): Promise<Readonly<Record<string, string>>> {
  const tokens: Record<string, string> = {};
  const waiting = [...nodeNames];
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      tokens[name] = await tokenOf(plane, name, place);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return tokens;
}

async function tokenOf(plane: ControlPlane, nodeName: string, place: AgentPlace): Promise<string> {
  const { namespace, serviceAccount, audience } = place;
  const name = `agent-${nodeName}`;
  const spec = {
    nodeName,
    serviceAccountName: serviceAccount,
    automountServiceAccountToken: false,
    containers: [{ name: "agent", image: "agent" }],
  };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec };
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const { metadata } = (await plane.api.request("POST", path, pod)) as { readonly metadata: { readonly uid: string } };
  // For longer than any run: a session that comes back brings the same token.
  const expirationSeconds = 4 * 3600;
  const bound = { name, uid: metadata.uid };
  return plane.serviceAccountToken({ namespace, serviceAccount, audience, expirationSeconds, pod: bound });
}
