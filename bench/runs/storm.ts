import { join } from "node:path";
import { configFrame, startBareServer } from "../baseline/start-bare-server.ts";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import { comparePushes, tellPushes } from "../push/compare-pushes.ts";
import { createSwarmWorld, type SwarmWorld } from "../swarm/swarm-world.ts";

/** One edit that touches all nodes of an operator, in turn with a bare push of the same bytes to agents of the same kind. */
export function storm(size: number): Benchmark {
  return {
    name: `storm-${size}`,
    title: `one edit touches all ${size} simulated agents: rename until each has sent its Result`,
    run: async (context) => {
      const world = await createSwarmWorld(context, context.quick ? 100 : size);
      for (const plans of context.quick ? [true] : [true, false]) await compare(context, world, plans);
    },
  };
}

const limitMs = 120_000;

async function compare(context: BenchContext, world: SwarmWorld, plans: boolean): Promise<void> {
  const nodes = world.nodeNames.length;
  const [first = "", last = ""] = [world.nodeNames[0], world.nodeNames.at(-1)];
  await using stack = new AsyncDisposableStack();
  const operator = stack.use(await world.startOperator());
  await operator.serves(last);
  const socketPath = join(context.workDir, "bare.sock");
  const server = stack.use(await startBareServer({ kind: "socket", path: socketPath }));
  const swarm = stack.use(world.startAgents({ plans }));
  await swarm.waitFor("answered", nodes, limitMs);
  const bareSwarm = stack.use(world.startAgents({ plans, socketPattern: socketPath }));
  await bareSwarm.waitFor("welcomed", nodes, limitMs);
  const issued = await swarm.configOf(first);
  if (issued === undefined) throw new Error(`${first} holds no config`);
  const times = await comparePushes(context, {
    nodes,
    mine: {
      pid: operator.pid,
      swarm,
      // Status is written at most every 5 s: a shorter pause may only be a pause.
      quietMs: context.quick ? 500 : 6_000,
      push: (turn) => world.editAll(turn + 1),
    },
    bare: { pid: server.pid, swarm: bareSwarm, quietMs: 500, push: () => server.push(issued, nodes) },
  });
  const agents = plans ? "decode and plan" : "decode only";
  tellPushes(context, times, { agents, note: `agents ${agents}; ${configFrame(issued).length} bytes each` });
}
