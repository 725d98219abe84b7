import assert from "node:assert/strict";
import { test } from "node:test";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { agentsUpdated, onTemplate, podUids } from "../../tools/kubernetes/agent-nodes/agents-updated.ts";
import type { ClockWatch } from "../../tools/kubernetes/agent-nodes/clock-watch.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until as untilWithin } from "../../tools/kubernetes/testing/until.ts";
import { worldMissing } from "../../tools/demo/requirements.ts";
import { openUpdateWorld, type UpdateWorld } from "./testing/update-world.ts";

const deadline = { update: { deadlineSeconds: 40 } };

/** A file has 420 s, and all waits together less: a slow one is told by its name, and all that runs is ended. */
const waitsEndMs = performance.now() + 380_000;

/** Limits are about four times what a wait takes here. */
function until(what: string, holds: () => boolean | Promise<boolean>, limitMs: number): Promise<void> {
  return untilWithin(what, holds, Math.min(limitMs, Math.max(0, Math.round(waitsEndMs - performance.now()))));
}

test("agents are updated one node at a time", { timeout: 400_000 }, async (t) => {
  const missing = await worldMissing(["4.2"]);
  if (missing !== undefined) return t.skip(missing);
  const plane = await openControlPlane(t, { scheduler: true });
  if (plane === undefined) return;
  const world = await openUpdateWorld(t, plane);
  if (!world.lab.clock.adjustable) return t.skip(`no clock can get LOCKED here: ${world.lab.clock.reason}`);
  const watch = world.watch();
  t.after(() => watch.stop());
  await until("all have time, and the operator knows", () => isUpdated(plane, world, watch), 60_000);

  await t.test("a new template: never two nodes without time", async () => {
    const fresh = world.watch();
    await world.settings({ ...deadline, podAnnotations: { v: "2" } });
    await until("all are of the new template", async () => (await onTemplate(plane, "2")) === 3, 150_000);
    await until("all have time, and the operator knows", () => isUpdated(plane, world, fresh), 60_000);
    await fresh.stop();
    for (const { nodeName, ms } of fresh.gaps) t.diagnostic(`${nodeName} without time for ${(ms / 1000).toFixed(1)} s`);
    assert.equal(fresh.mostOut(), 1, JSON.stringify(fresh.gaps));
    assert.deepEqual([...new Set(fresh.gaps.map(({ nodeName }) => nodeName))].toSorted(), ["n1", "n2", "n3"]);
  });

  await t.test("a node that does not come back stops it at the deadline", () =>
    stopsAndGoesOn({ plane, world, watch }),
  );
});

interface Scene {
  readonly plane: ControlPlane;
  readonly world: UpdateWorld;
  readonly watch: ClockWatch;
}

async function stopsAndGoesOn({ plane, world, watch }: Scene): Promise<void> {
  const before = await podUids(plane);
  // Before its new agent runs: it may have time again sooner than anybody notices that it had none.
  const cut = world.atNextStart("n1", () => world.cable("n1", "down"));
  await world.settings({ ...deadline, podAnnotations: { v: "3" } });
  await until("the first node is out", () => watch.outSinceMs("n1") !== undefined, 60_000);
  await cut;
  let told = "";
  const isStopped = async (): Promise<boolean> => {
    told = await agentsUpdated(plane);
    return /^False UpdateStalled .*n1 waits for its clocks to be synchronized; 2 still to be updated/s.test(told);
  };
  await until("it stops", isStopped, 100_000).catch(() => assert.fail(told));
  const after = await podUids(plane);
  assert.deepEqual([after.get("n2"), after.get("n3")], [before.get("n2"), before.get("n3")], "others are untouched");
  const haveTime = () => ["n2", "n3"].every((name) => watch.outSinceMs(name) === undefined);
  await until("the others have time", haveTime, 30_000);
  await world.cable("n1", "up");
  await until("it goes on to the end", async () => (await onTemplate(plane, "3")) === 3, 150_000);
  await until("all have time, and the operator knows", () => isUpdated(plane, world, watch), 60_000);
}

async function isUpdated(plane: ControlPlane, world: UpdateWorld, watch: ClockWatch): Promise<boolean> {
  const haveTime = world.nodeNames.every(
    (name) => watch.outSinceMs(name) === undefined && watch.gaps.some(({ nodeName }) => nodeName === name),
  );
  return haveTime && (await agentsUpdated(plane)) === "True Succeeded ";
}
