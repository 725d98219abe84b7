import assert from "node:assert/strict";
import { test } from "node:test";
import {
  agentPods,
  agentUids,
  chartDir,
  installWithObjects,
  namespace,
  openChartCluster,
} from "./testing/installed-chart.ts";

test(
  "agents that shall stay, stay; an operator that cannot run does not hinder the uninstall",
  { timeout: 400_000 },
  async (t) => {
    const cluster = await openChartCluster(t);
    if (cluster === undefined) return;
    const { plane, uninstall } = cluster;
    await installWithObjects(cluster, { agent: { keepOnUninstall: true } });
    const uids = () => agentUids(plane);
    const [running, args] = [
      await uids(),
      ["get", "daemonset,serviceaccount,configmap,service", "-n", namespace, "-o", "name"],
    ];
    await uninstall();
    assert.equal(await uids(), running, "the same pods");
    const left = (await plane.kubectl(args)).trim().split("\n");
    const wanted = [
      "daemonset.apps/linuxptp-daemon",
      "serviceaccount/linuxptp-daemon",
      "configmap/ptp-operator-agent-ca",
    ];
    for (const name of wanted) assert.ok(left.includes(name), name);

    await cluster.install();
    assert.equal(await uids(), running, "a new installation finds them");
    const broken = JSON.stringify({ operator: { extraArgs: ["--no-such-flag"] } });
    await plane.helm(["upgrade", "ptp-operator", chartDir, "-n", namespace, "--values=-"], { stdin: broken });
    await uninstall();
    assert.deepEqual(await agentPods(plane), []);
  },
);
