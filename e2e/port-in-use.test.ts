import assert from "node:assert/strict";
import { test } from "node:test";
import { openWorld } from "./testing/open-world.ts";
import { reach, settled, until } from "./testing/reach.ts";

const listen = `require("node:net").createServer().listen(9091, () => console.log("listening"))`;

test("another program holds the metrics port: clocks run, the log says so, and metrics come when it goes", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  const { host, agent } = world.node("oc1");
  const holder = host.spawn([process.execPath, "-e", listen]);
  await holder.log.waitFor(/listening/, 60_000);
  world.start();
  await reach(world, settled(world));
  await agent.waitForLine(/:9091: another process listens there/, 60_000);
  assert.equal(agent.starts(), 1);
  await holder.stop();
  await until("the agent serves its metrics", async () => (await world.node("oc1").metrics()) !== undefined);
  await reach(world, settled(world));
  assert.equal(agent.starts(), 1);
});
