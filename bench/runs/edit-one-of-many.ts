import { setTimeout as sleep } from "node:timers/promises";
import type { Benchmark } from "../benchmark.ts";
import { single } from "../report/measurement.ts";
import { createSwarmWorld } from "../swarm/swarm-world.ts";

/** Nodes with a profile of their own beside the one all have; the edits go round among them. */
const ownProfiles = 10;

/** One edit that touches one of 1,000 nodes. */
export const editOneOfMany: Benchmark = {
  name: "edit-one-of-1000",
  title: "one edit touches one of 1,000 simulated agents: rename until its Result",
  run: async (context) => {
    const world = await createSwarmWorld(context, context.quick ? 100 : 1_000);
    const { nodeNames } = world;
    const step = nodeNames.length / ownProfiles;
    const edited = nodeNames.filter((_, index) => index % step === 0);
    for (const nodeName of edited) await world.editOne(nodeName, 0);
    await using operator = await world.startOperator();
    await operator.serves(nodeNames.at(-1) ?? "");
    await using swarm = world.startAgents();
    await swarm.waitFor("answered", nodeNames.length, 60_000);
    await sleep(2_000);
    const samples: number[] = [];
    let others = 0;
    for (let turn = 0; turn < (context.quick ? 10 : 100); turn++) {
      const nodeName = edited[turn % edited.length] ?? "";
      await sleep(100);
      swarm.forget();
      const startedMs = await world.editOne(nodeName, 1 + turn);
      const [answer] = await swarm.waitFor("answered", 1, 30_000);
      if (answer?.nodeName === nodeName) samples.push(answer.atMs - startedMs);
      others += new Set(swarm.events().map((event) => event.nodeName)).size - 1;
    }
    context.report({ name: "edit to Result", unit: "ms", samples, target: { of: "p99", atMost: 1_000 } });
    context.report(single("untouched agents that got a config", "", others, { target: { of: "max", atMost: 0 } }));
  },
};
