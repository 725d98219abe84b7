import assert from "node:assert/strict";
import { test } from "node:test";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { installExistingStack } from "./testing/existing-stack.ts";
import { chartDir, namespace, openChartCluster, type ChartCluster } from "./testing/installed-chart.ts";
import { daemons, follow, untilRunning } from "./testing/migration-page.ts";

/** Fails as soon as two daemons run on one node. */
function watchForTwins(t: { readonly after: (end: () => void) => void }, plane: ControlPlane): () => void {
  let twins = "";
  const look = async () => {
    const running = [...(await daemons(plane)).keys()];
    if (new Set(running.map((line) => line.split(":")[0])).size < running.length) twins = running.join(", ");
  };
  const timer = setInterval(() => void look().catch(() => undefined), 100);
  t.after(() => clearInterval(timer));
  return () => assert.equal(twins, "", "two daemons on one node");
}

async function changeProfile({ plane }: ChartCluster, nodeName: string, name: string): Promise<void> {
  const path = `/apis/ptp.openshift.io/v1/namespaces/${namespace}/ptpconfigs/oc-${nodeName}`;
  const spec = {
    profile: [{ name, interface: "ens1f0", ptp4lOpts: "-2" }],
    recommend: [{ profile: name, priority: 10, match: [{ nodeName }] }],
  };
  await plane.api.request("PATCH", path, { spec }, "application/merge-patch+json");
}

test("one of two nodes is moved over and back, by the commands of the page", { timeout: 400_000 }, async (t) => {
  const cluster = await openChartCluster(t);
  if (cluster === undefined) return;
  const { plane, pods } = cluster;
  await installExistingStack(plane);
  const before = await untilRunning(plane, "one: linuxptp-daemon", "two: linuxptp-daemon");
  const noTwins = watchForTwins(t, plane);
  await assert.rejects(plane.helm(["install", "ptp-operator", chartDir, "-n", namespace]), /somebody else owns PTP/);

  await follow(plane, "1. Stop");
  await follow(plane, "2. Keep");
  await follow(plane, "3. Install");
  assert.deepEqual(await daemons(plane), before, "no daemon was restarted");
  const published = ["wait", "ptpoperatorconfig/default", "--for=condition=ProfilesPublished", "--timeout=90s"];
  await plane.kubectl([...published, "-n", namespace], { timeoutMs: 120_000 });

  await follow(plane, "4. Move", "one");
  const moved = await untilRunning(plane, "one: ptp-agent", "two: linuxptp-daemon");
  assert.equal(moved.get("two: linuxptp-daemon"), before.get("two: linuxptp-daemon"), "the other node is not touched");
  await changeProfile(cluster, "two", "new");
  const told = () => pods.lines("linuxptp-daemon");
  await until("the existing daemon gets the change", () => told().includes("two runs oc-two_new"), 60_000).catch(
    async () => {
      const map = await plane.kubectl(["get", "configmap", "ptp-configmap", "-n", namespace, "-o", "yaml"]);
      assert.fail(`${told().join("\n")}\n${map}\n${pods.lines("ptp-operator-").join("\n")}`);
    },
  );

  await follow(plane, "Move a node back", "one");
  await untilRunning(plane, "one: linuxptp-daemon", "two: linuxptp-daemon");
  await follow(plane, "Give up");
  const kept = ["get", "daemonset,configmap,ptpoperatorconfig,ptpconfig", "-n", namespace, "-o", "name"];
  const left = (await plane.kubectl(kept)).split("\n");
  const wanted = [
    "daemonset.apps/linuxptp-daemon",
    "configmap/ptp-configmap",
    "ptpoperatorconfig.ptp.openshift.io/default",
  ];
  for (const name of wanted) assert.ok(left.includes(name), `${name} in ${left.join(" ")}`);
  assert.ok(!left.includes("daemonset.apps/ptp-agent"));
  await untilRunning(plane, "one: linuxptp-daemon", "two: linuxptp-daemon");
  noTwins();
});
