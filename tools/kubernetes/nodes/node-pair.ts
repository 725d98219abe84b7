import { createLab, type Lab } from "../../lab/lab.ts";
import { createRelay } from "../../lab/relay.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { clusterApiAddress } from "../control-plane/pki.ts";
import { nodePrivateDirs, startNodeMachine, type NodeMachine } from "./node-machine.ts";

/** What can be chosen for a pair of nodes. */
export interface NodePairOptions {
  /** Labels of each. */
  readonly labels: readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>];
  /** Paths of docker-archives that both get. */
  readonly images: readonly string[];
}

/** Two nodes, `n1` and `n2`, joined by one cable (`ens1` on both), over which their pods reach each other too. */
export interface NodePair {
  readonly lab: Lab;
  readonly nodes: readonly [NodeMachine, NodeMachine];
  /** Ends both nodes and all that runs on them. */
  close(): Promise<void>;
}

/** Starts two nodes of a control plane and waits until they are Ready. */
export async function startNodePair(plane: ControlPlane, options: NodePairOptions): Promise<NodePair> {
  const lab = await createLab({ privateDirs: nodePrivateDirs });
  const nodes: NodeMachine[] = [];
  const relay = await createRelay(lab, Number(new URL(plane.url).port), "api");
  const close = async (): Promise<void> => {
    await relay.close();
    await lab.close();
    await Promise.all(nodes.map((node) => node.close()));
  };
  try {
    const hosts = await Promise.all([lab.host("n1"), lab.host("n2")]);
    const [one, other] = hosts;
    await lab.link(
      { host: one, name: "ens1", address: "192.0.2.1/24" },
      { host: other, name: "ens1", address: "192.0.2.2/24" },
    );
    await one.run(["ip", "route", "add", "10.88.2.0/24", "via", "192.0.2.2"]);
    await other.run(["ip", "route", "add", "10.88.1.0/24", "via", "192.0.2.1"]);
    const apiPort = Number(new URL(plane.url).port);
    const start = async (index: 0 | 1): Promise<NodeMachine> => {
      const host = hosts[index];
      const number = String(index + 1);
      await host.run(["ip", "address", "add", `${clusterApiAddress}/32`, "dev", "lo"]);
      // By these two kubelet and pods know the API server.
      await relay.open(host, apiPort);
      await relay.openAt(host, clusterApiAddress, 443);
      const subnet = `10.88.${number}.0/24`;
      const { images, labels } = options;
      const place = { plane, host, address: `192.0.2.${number}`, podSubnet: subnet };
      const node = await startNodeMachine({ ...place, images, labels: labels[index] });
      nodes.push(node);
      return node;
    };
    return { lab, nodes: await Promise.all([start(0), start(1)]), close };
  } catch (error) {
    await close();
    throw error;
  }
}
