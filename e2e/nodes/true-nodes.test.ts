import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ApiError } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { grandmasterProfile, ordinaryProfile } from "./testing/clock-profiles.ts";
import { namespace, openCluster, type InstalledCluster } from "./testing/open-cluster.ts";
import { memoryOf, onlyPid, pidsOf } from "./testing/node-processes.ts";

interface Seen {
  /** Undefined: there is no such object. */
  readonly metadata?: object;
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
    readonly summary?: { readonly matchedNodes?: number; readonly lockedNodes?: number };
    readonly clocks?: readonly {
      readonly state: string;
      readonly ports: readonly { readonly name: string }[];
    }[];
    readonly numberReady?: number;
  };
}

const path = (group: string, rest: string): string => `/${group}/namespaces/${namespace}/${rest}`;
const ours = (rest: string): string => path("apis/ptp.openshift.io/v1", rest);
const agent = /bin\/ptp-agent/;
const ptp4l = /^\S*ptp4l /;

test("agents are pods of a DaemonSet on two true nodes", { timeout: 400_000 }, async (t) => {
  const cluster = await openCluster(t);
  if (cluster === undefined) return;
  const { plane, lab, nodes } = cluster;
  const [grandmaster, ordinary] = nodes;
  const read = async (at: string) => (await plane.api.request("GET", at).catch(absent)) as Seen;
  const conditionOf = async (at: string, type: string) =>
    (await read(at)).status?.conditions?.find((each) => each.type === type)?.status;
  const bothReady = async () =>
    (await read(path("apis/apps/v1", "daemonsets/linuxptp-daemon"))).status?.numberReady === 2;
  const inTime = async () =>
    (await read(ours("ptpconfigs/ordinary"))).status?.summary?.lockedNodes === (lab.clock.adjustable ? 1 : 0);

  await until("the operator makes them, and both get ready", bothReady, 90_000).catch(async (cause: unknown) => {
    throw new Error([String(cause), ...(await Promise.all(nodes.map((node) => node.podLog(""))))].join("\n"), {
      cause,
    });
  });

  await t.test("profiles run, and status tells it", async () => {
    await plane.apply([grandmasterProfile, ordinaryProfile]);
    await until("ptp4l runs on both", () => nodes.every((node) => pidsOf(node, ptp4l).length === 1), 60_000);
    await until("the ordinary clock is in time", inTime, 90_000);
    await until(
      "its object tells so",
      async () => (await conditionOf(ours("ptpconfigs/ordinary"), "Ready")) === "True",
    );
    const wanted = lab.clock.adjustable ? "LOCKED" : "FREERUN";
    const told = async () => (await read(ours("nodeptpdevices/n2"))).status?.clocks ?? [];
    const isTold = async () => (await told()).some(({ ports, state }) => ports[0]?.name === "ens1" && state === wanted);
    await until(`the node's object tells the clock: ${wanted}`, isTold, 60_000);
  });

  await t.test("what the chart limits is limited, and is enough", async () => {
    const pid = await onlyPid(ordinary, agent);
    const { limit, peak } = memoryOf(pid);
    assert.equal(limit, 512 * 1024 ** 2);
    assert.ok(peak < limit / 2, `${String(peak)} bytes at most`);
    const root = readFileSync(`/proc/${String(pid)}/mountinfo`, "utf8")
      .split("\n")
      .find((line) => / \/ \/ /.test(line));
    assert.match(root ?? "", / \/ \/ ro,/, "its root cannot be written");
  });

  await t.test("a killed agent comes back in its pod, a deleted pod as another one", async () => {
    const before = await onlyPid(ordinary, agent);
    process.kill(before, "SIGKILL");
    await until("another runs", () => pidsOf(ordinary, agent).some((pid) => pid !== before), 90_000);
    await until("the ordinary clock is in time again", inTime, 90_000);
    const [pods, old] = [await agentPods(cluster, "n2"), pidsOf(ordinary, ptp4l)];
    await plane.kubectl(["delete", "--namespace", namespace, ...pods, "--wait=true"], { timeoutMs: 120_000 });
    await until(
      "there is a new pod",
      async () => {
        const now = await agentPods(cluster, "n2");
        return now.length === 1 && now[0] !== pods[0] && (await bothReady());
      },
      90_000,
    );
    await until("the ordinary clock is in time once more", inTime, 90_000);
    // That it is in time may have been told of the old pod still.
    await until("one ptp4l runs, and nothing of the old pod", () => {
      const [pid = 0, ...others] = pidsOf(ordinary, ptp4l);
      return pid !== 0 && others.length === 0 && !old.includes(pid);
    });
  });

  await t.test("a node that goes takes its object along", async () => {
    await ordinary.kubelet.stop();
    await plane.kubectl(["delete", "node", "n2"]);
    const gone = async () => (await read(ours("nodeptpdevices/n2"))).metadata === undefined;
    await until("its object is gone", gone, 60_000);
    await until(
      "nobody is matched",
      async () => (await read(ours("ptpconfigs/ordinary"))).status?.summary?.matchedNodes === 0,
    );
  });

  await t.test("uninstalled, nothing runs on the node that is left", async () => {
    // As one does for a node that is dead: nobody else would say for a minute that its pods have ended.
    const there = ["--namespace", namespace, "--field-selector=spec.nodeName=n2"];
    await plane.kubectl(["delete", "pods", ...there, "--force", "--grace-period=0"]);
    const words = ["uninstall", "ptp-operator", "--namespace", namespace, "--wait", "--timeout=150s"];
    await plane.helm(words, { timeoutMs: 180_000 }).catch(async (cause: unknown) => {
      const whatIsLeft = await plane.kubectl(["get", "pods,jobs,daemonsets,events", "--namespace", namespace]);
      throw new Error([String(cause), whatIsLeft].join("\n"), { cause });
    });
    await until("no agent and no ptp4l", () => pidsOf(grandmaster, /bin\/ptp-agent|ptp4l /).length === 0, 60_000);
  });
});

function absent(error: unknown): Seen {
  if (error instanceof ApiError && error.status === 404) return {};
  throw error;
}

async function agentPods({ plane }: InstalledCluster, node: string): Promise<readonly string[]> {
  const words = ["get", "pods", "--namespace", namespace, "--selector=app=linuxptp-daemon", "--output=name"];
  const text = await plane.kubectl([...words, `--field-selector=spec.nodeName=${node}`]);
  return text.split("\n").filter((line) => line !== "");
}
