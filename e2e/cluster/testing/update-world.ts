import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parseMetricsText } from "../../../tools/demo/world/metrics-text.ts";
import type { ControlPlane } from "../../../tools/kubernetes/control-plane/control-plane.ts";
import { startLabKubelet, type LabKubelet } from "../../../tools/kubernetes/lab-kubelet/lab-kubelet.ts";
import { createLab, type Host, type Lab } from "../../../tools/lab/lab.ts";
import { linuxptpProgramDir } from "../../../tools/lab/linuxptp/releases.ts";
import { createRelay } from "../../../tools/lab/relay.ts";
import { ordinaryProfile } from "../../testing/ordinary-profile.ts";
import { openOperatorWorld } from "./operator-world.ts";

/** A cluster of nodes with real agents and real ptp4l, and a grandmaster outside of it. */
export interface UpdateWorld {
  readonly lab: Lab;
  readonly kubelet: LabKubelet;
  readonly nodeNames: readonly string[];
  /** Changes what the agents' DaemonSet is made of. */
  settings(change: object): Promise<void>;
  /** Pulls a node's cable to the grandmaster, or puts it back. */
  cable(nodeName: string, state: "up" | "down"): Promise<void>;
  /** Watches the clocks of all nodes from now on. */
  watch(): ClockWatch;
}

/** How the nodes' clocks went. */
export interface ClockWatch {
  /** Since when a node's clock has not been LOCKED, by the monotonic clock; undefined while it is. */
  outSinceMs(nodeName: string): number | undefined;
  /** Times without LOCKED that have ended, with the node. */
  readonly gaps: readonly { readonly nodeName: string; readonly ms: number }[];
  /** The most nodes that were not LOCKED at once. */
  mostOut(): number;
  stop(): Promise<void>;
}

const nodeNames = ["n1", "n2", "n3"];
const agentPort = 8443;
const programDir = linuxptpProgramDir("4.2");

/** Starts everything but the watch; the operator makes the DaemonSet by settings that are written to its file. */
export async function openUpdateWorld(t: TestContext, plane: ControlPlane): Promise<UpdateWorld> {
  const lab = await createLab();
  t.after(() => lab.close());
  const hosts = await joinHosts(lab);
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
  const programOf = () => [...agent, "--program-path", `${programDir}:/usr/sbin:/usr/bin:/sbin:/bin`];
  const kubelet = startLabKubelet({ plane, hosts, programOf });
  t.after(async () => {
    await kubelet.close();
    await relay.close();
  });
  return {
    lab,
    kubelet,
    nodeNames,
    settings,
    cable: async (nodeName, state) => void (await hosts.get(nodeName)?.run(["ip", "link", "set", "o0", state])),
    watch: () => watchClocks(hosts),
  };
}

function profile(): string {
  return ordinaryProfile({ name: "oc", interface: "o0", nodeLabel: "ptp/oc", lines: ["clientOnly 1"] });
}

const grandmasterConf = [
  "[global]",
  "time_stamping software",
  "domainNumber 24",
  "dataset_comparison G.8275.x",
  "network_transport L2",
  "logAnnounceInterval -3",
  "logSyncInterval -4",
  "logMinDelayReqInterval -4",
  "free_running 1",
  "clockClass 6",
  "clockAccuracy 0x21",
  "offsetScaledLogVariance 0x4e5d",
  "serverOnly 1",
  ...nodeNames.map((name) => `[g-${name}]`),
  "",
];

/** The grandmaster is not of the cluster: it gives time whatever happens there. */
async function joinHosts(lab: Lab): Promise<ReadonlyMap<string, Host>> {
  const grandmaster = await lab.host("gm");
  const hosts = new Map<string, Host>();
  for (const name of nodeNames) {
    const host = await lab.host(name);
    hosts.set(name, host);
    await lab.link({ host: grandmaster, name: `g-${name}` }, { host, name: "o0" });
  }
  await grandmaster.writeFile("/var/run/gm.conf", grandmasterConf.join("\n"));
  grandmaster.spawn([`${programDir}/ptp4l`, "-f", "/var/run/gm.conf", "-m", "-q"]);
  return hosts;
}

function watchClocks(hosts: ReadonlyMap<string, Host>): ClockWatch {
  const stopping = new AbortController();
  const gaps: { nodeName: string; ms: number }[] = [];
  const outSinceMs = new Map<string, number>();
  let mostOut = 0;
  const watchOne = async ([nodeName, host]: readonly [string, Host]): Promise<void> => {
    while (!stopping.signal.aborted) {
      const isLocked = await locked(host);
      const sinceMs = outSinceMs.get(nodeName);
      if (!isLocked) outSinceMs.set(nodeName, sinceMs ?? performance.now());
      else if (sinceMs !== undefined) {
        gaps.push({ nodeName, ms: performance.now() - sinceMs });
        outSinceMs.delete(nodeName);
      }
      mostOut = Math.max(mostOut, outSinceMs.size);
      await sleep(250, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const watching = Promise.all([...hosts].map(watchOne));
  return {
    outSinceMs: (nodeName) => outSinceMs.get(nodeName),
    gaps,
    mostOut: () => mostOut,
    stop: async () => {
      stopping.abort();
      await watching;
    },
  };
}

/** Asked of the agent itself: what it does not answer is no time. */
async function locked(host: Host): Promise<boolean> {
  const answer = await host.httpGet(9091, "/metrics").catch(() => undefined);
  return parseMetricsText(answer?.body ?? "").some(
    ({ name, labels, value }) =>
      name === "openshift_ptp_clock_state" &&
      labels["process"] === "ptp4l" &&
      labels["iface"]?.startsWith("o") &&
      value === 1,
  );
}
