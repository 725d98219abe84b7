import assert from "node:assert/strict";
import { test } from "node:test";
import { installExistingStack } from "./testing/existing-stack.ts";
import { namespace, openChartCluster } from "./testing/installed-chart.ts";
import { daemons, follow, untilRunning } from "./testing/migration-page.ts";

test("all nodes are moved, and the existing daemon goes", { timeout: 400_000 }, async (t) => {
  const cluster = await openChartCluster(t);
  if (cluster === undefined) return;
  const { plane } = cluster;
  await installExistingStack(plane);
  await untilRunning(plane, "one: linuxptp-daemon", "two: linuxptp-daemon");
  for (const step of ["1. Stop", "2. Keep", "3. Install"]) await follow(plane, step);
  for (const node of ["one", "two"]) await follow(plane, "4. Move", node);
  const moved = await untilRunning(plane, "one: ptp-agent", "two: ptp-agent");
  await follow(plane, "5. Finish");
  assert.deepEqual(await daemons(plane), moved, "no agent was restarted");
  const objects = await plane.kubectl(["get", "daemonset,configmap", "-n", namespace, "-o", "name"]);
  assert.ok(!objects.includes("daemonset.apps/linuxptp-daemon"), objects);
});
