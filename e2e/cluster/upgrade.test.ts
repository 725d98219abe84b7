import assert from "node:assert/strict";
import { test } from "node:test";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { installWithObjects, namespace, openChartCluster } from "./testing/installed-chart.ts";
import { makeOlderChart, newerField, olderVersion } from "./testing/older-chart.ts";

/** What must not change for an agent not to be touched. */
async function agents({ kubectl }: ControlPlane): Promise<string> {
  const daemonSet = "{.metadata.uid} {.metadata.generation} {.spec.template.spec.containers[0].image}";
  const pods = "{range .items[*]}{.metadata.name} {.metadata.uid} {.status.containerStatuses[0].restartCount} {end}";
  const inNamespace = ["--namespace", namespace];
  return [
    await kubectl(["get", "daemonset", "linuxptp-daemon", ...inNamespace, `--output=jsonpath=${daemonSet}`]),
    await kubectl(["get", "pods", "--selector=app=linuxptp-daemon", ...inNamespace, `--output=jsonpath=${pods}`]),
  ].join("\n");
}

async function leaderPod({ kubectl }: ControlPlane): Promise<string> {
  const lease = ["get", "lease", "ptp.openshift.io", "--namespace", namespace];
  return (await kubectl([...lease, "--output=jsonpath={.spec.holderIdentity}"])).replace(/_.*/, "");
}

async function hasNewerField({ kubectl }: ControlPlane): Promise<boolean> {
  const path = ["ptpconfig", ...newerField].join(".");
  return kubectl(["explain", path]).then(
    () => true,
    () => false,
  );
}

test(
  "an older release is upgraded: definitions too, values carried, agents not touched",
  { timeout: 400_000 },
  async (t) => {
    const cluster = await openChartCluster(t);
    if (cluster === undefined) return;
    const { plane, pods, upgrade } = cluster;
    const older = await makeOlderChart(plane.dir);
    await installWithObjects(
      cluster,
      { operator: { logLevel: "debug" }, agent: { image: { tag: olderVersion } } },
      older,
    );
    assert.equal(await hasNewerField(plane), false);
    const before = await agents(plane);
    assert.match(before, /ptp-agent:0\.0\.9/);

    await upgrade({}, { flags: ["--reuse-values"] });
    await until("the definition has what is new", () => hasNewerField(plane), 60_000);
    const container = "{.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].args}";
    const operator = ["get", "deployment", "ptp-operator", "--namespace", namespace, `--output=jsonpath=${container}`];
    const running = await plane.kubectl(operator);
    assert.match(running, /^ptp-operator:0\.1\.0 /, "the operator is new");
    assert.match(running, /--log-level=debug/, "what was told before holds");
    await until("a new replica leads", async () => pods.running().has(await leaderPod(plane)), 90_000);
    assert.equal(await agents(plane), before, "the agents, a version older, run on");
    const profiles = await plane.kubectl(["get", "ptpconfig", "--namespace", namespace, "--output=name"]);
    assert.equal(profiles, "ptpconfig.ptp.openshift.io/oc\n");
  },
);
