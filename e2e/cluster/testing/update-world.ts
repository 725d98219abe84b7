import assert from "node:assert/strict";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { agentLinuxptp, joinAgentHosts } from "../../../tools/kubernetes/agent-nodes/agent-hosts.ts";
import { watchClocks, type ClockWatch } from "../../../tools/kubernetes/agent-nodes/clock-watch.ts";
import type { ControlPlane } from "../../../tools/kubernetes/control-plane/control-plane.ts";
import { startLabKubelet, type LabKubelet } from "../../../tools/kubernetes/lab-kubelet/lab-kubelet.ts";
import type { LabPod } from "../../../tools/kubernetes/lab-kubelet/pod.ts";
import { createLab, type Host, type Lab } from "../../../tools/lab/lab.ts";
import { createRelay } from "../../../tools/lab/relay.ts";
import { ordinaryProfile } from "../../testing/ordinary-profile.ts";
import { openOperatorWorld } from "./operator-world.ts";

/** A cluster of nodes with real agents and real ptp4l, and a grandmaster outside of it. */
export interface UpdateWorld {
  readonly lab: Lab;
  readonly kubelet: LabKubelet;
  readonly nodeNames: readonly string[];
  /** A node as a host of the lab. */
  host(nodeName: string): Host;
  /** Changes what the agents' DaemonSet is made of. */
  settings(change: object): Promise<void>;
  /** Pulls a node's cable to the grandmaster, or puts it back. */
  cable(nodeName: string, state: "up" | "down"): Promise<void>;
  /** Does something when the next agent of a node is about to be started; resolves when that is done. */
  atNextStart(nodeName: string, act: () => Promise<void>): Promise<void>;
  /** Watches the clocks of all nodes from now on. */
  watch(): ClockWatch;
}

const threeNodes = ["n1", "n2", "n3"];
const agentPort = 8443;

/** Starts everything but the watch; the operator makes the DaemonSet by settings that are written to its file. */
export async function openUpdateWorld(
  t: TestContext,
  plane: ControlPlane,
  nodeNames: readonly string[] = threeNodes,
): Promise<UpdateWorld> {
  const lab = await createLab();
  t.after(() => lab.close());
  const hosts = await joinAgentHosts(lab, nodeNames);
  await plane.createNodes(nodeNames, { "ptp/oc": "" });
  const world = await openOperatorWorld(t, plane);
  const settingsPath = join(plane.dir, "agent.json");
  const settings = async (change: object): Promise<void> => {
    const least = {
      image: "agent:1",
      serviceAccountName: "linuxptp-daemon",
      operatorAddress: `127.0.0.1:${agentPort}`,
    };
    await writeFile(`${settingsPath}.next`, JSON.stringify({ ...least, ...change }));
    await rename(`${settingsPath}.next`, settingsPath);
  };
  await settings({ update: { deadlineSeconds: 40 } });
  await plane.kubectl(["apply", "--filename", "-"], { stdin: profile() });
  const operator = world.start("a", {
    flags: ["--agent-settings", settingsPath, "--tls-ca", join(plane.dir, "operator.crt")],
  });
  const relay = await createRelay(lab, Number(operator.address.split(":")[1]));
  for (const host of hosts.values()) await relay.open(host, agentPort);
  const agent = [process.execPath, join(import.meta.dirname, "../../../packages/agent/src/main.ts")];
  const starts = new Map<string, () => void>();
  const programOf = (_: unknown, { spec: { nodeName = "" } }: LabPod) => {
    starts.get(nodeName)?.();
    starts.delete(nodeName);
    return [...agent, "--program-path", `${agentLinuxptp}:/usr/sbin:/usr/bin:/sbin:/bin`];
  };
  const kubelet = startLabKubelet({ plane, hosts, programOf });
  t.after(async () => {
    await kubelet.close();
    await relay.close();
  });
  return {
    lab,
    kubelet,
    nodeNames,
    host: (nodeName) => hosts.get(nodeName) ?? assert.fail(`no node ${nodeName}`),
    settings,
    cable: async (nodeName, state) => void (await hosts.get(nodeName)?.run(["ip", "link", "set", "o0", state])),
    atNextStart: (nodeName, act) =>
      new Promise((resolve, reject) => starts.set(nodeName, () => void act().then(resolve, reject))),
    watch: () => watchClocks(hosts),
  };
}

/** A restart is what puts a clock out here, not how well it is steered. */
function profile(): string {
  const maxOffsetNs = 1_000_000;
  return ordinaryProfile({ name: "oc", interface: "o0", nodeLabel: "ptp/oc", lines: ["clientOnly 1"], maxOffsetNs });
}
