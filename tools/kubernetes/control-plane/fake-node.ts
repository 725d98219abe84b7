import type { ApiClient } from "./api-client.ts";

const capacity = { cpu: "8", memory: "32Gi", pods: "250" };

/** A Node object such as a healthy kubelet would register. */
export function fakeNode(name: string, labels: Readonly<Record<string, string>>, now: Date): object {
  const time = now.toISOString();
  const condition = (type: string): object => ({
    type,
    status: type === "Ready" ? "True" : "False",
    reason: "Fake",
    message: "no kubelet stands behind this node",
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  });
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", ...labels },
    },
    status: {
      capacity,
      allocatable: capacity,
      addresses: [{ type: "Hostname", address: name }],
      conditions: ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"].map(condition),
    },
  };
}

/** Creates Ready nodes, up to 16 at a time. Throws at the first refusal, e.g. of a name that exists. */
export async function createFakeNodes(
  api: ApiClient,
  names: readonly string[],
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  const waiting = [...names];
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      await api.request("POST", "/api/v1/nodes", fakeNode(name, labels, new Date()));
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}
