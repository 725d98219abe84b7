import assert from "node:assert/strict";
import { test } from "node:test";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { undocumentedObjects } from "./testing/documented-objects.ts";
import { agentPods, allObjects, installWithObjects, namespace, openChartCluster } from "./testing/installed-chart.ts";

const crds = ["hardwareconfigs", "nodeptpcfgs", "nodeptpdevices", "nodeptpdevs", "ptpconfigs", "ptpoperatorconfigs"];
const crdLines = crds.map((name) => `CustomResourceDefinition /${name}.ptp.openshift.io`);

/** Lines that were not there before. */
async function newObjects(plane: ControlPlane, before: ReadonlySet<string>): Promise<readonly string[]> {
  return [...(await allObjects(plane))].filter((line) => !before.has(line)).toSorted();
}

test("helm uninstall leaves nothing but what keep says", { timeout: 400_000 }, async (t) => {
  const cluster = await openChartCluster(t);
  if (cluster === undefined) return;
  const { plane, pods, uninstall } = cluster;
  await plane.kubectl(["create", "namespace", namespace]);
  const before = await allObjects(plane);

  await installWithObjects(cluster, { migration: { publishConfigMap: true } });
  let during: readonly string[] = [];
  // What the cluster's own controllers add to them comes in its own time.
  const areAllThere = async () => (during = await newObjects(plane, before)).length > 30;
  await until("all objects are there", areAllThere, 60_000).catch(() => assert.fail(during.join("\n")));
  const made = during.filter((line) => line !== `PtpConfig ${namespace}/oc`);
  const undocumented = undocumentedObjects(made, { namespace, nodeNames: ["one", "two"] });
  assert.deepEqual(undocumented, [], "docs/chart.md lists every object");
  await uninstall();
  const told = pods.lines("ptp-operator-remove").join("\n");
  assert.match(told, /stopped Deployment[^]*removed DaemonSet [^]*removed Service [^]*nothing of ptp-operator is left/);
  assert.deepEqual(await agentPods(plane), [], "the agents are gone before the release is");
  const people = [`PtpConfig ${namespace}/oc`, `PtpOperatorConfig ${namespace}/default`];
  await until(
    "only the CRDs and what people write are left",
    async () => (await newObjects(plane, before)).join() === [...crdLines, ...people].toSorted().join(),
    90_000,
  ).catch(async (error: unknown) => {
    assert.deepEqual(await newObjects(plane, before), [...crdLines, ...people].toSorted(), String(error));
  });

  await installWithObjects(cluster, { crds: { keep: false } });
  await uninstall();
  await until("nothing is left", async () => (await newObjects(plane, before)).length === 0, 90_000).catch(async () => {
    assert.deepEqual(await newObjects(plane, before), []);
  });
});
