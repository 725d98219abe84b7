import { createControlPlane } from "../control-plane/control-plane.ts";
import { startNodePair } from "../nodes/node-pair.ts";
import { sandboxImage } from "../nodes/containerd-config.ts";
import { until } from "./until.ts";

/** What nodes that wait for the death of their maker tell about themselves, as one line of JSON. */
export interface DoomedNodes {
  readonly pids: readonly number[];
  /** Name of the control groups of the first node. */
  readonly cgroup: string;
}

const plane = await createControlPlane({ scheduler: true });
const { nodes } = await startNodePair(plane, { labels: [{}, {}], images: [] });
const containers = [{ name: "pause", image: sandboxImage, imagePullPolicy: "Never" }];
const pod = (name: string, node: string): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: { nodeName: node, automountServiceAccountToken: false, containers },
});
await plane.apply([pod("one", "n1"), pod("other", "n2")]);
const phases = ["get", "pods", "--output=jsonpath={.items[*].status.phase}"];
await until("both pods run", async () => (await plane.kubectl(phases)) === "Running Running", 180_000);
const pids = nodes.flatMap(({ host }) => host.processes().map(({ pid }) => pid));
const told: DoomedNodes = { pids, cgroup: `ptp-node-${String(process.pid)}-n1` };
console.log(JSON.stringify(told));
