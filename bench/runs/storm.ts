import type { IssuedConfig } from "@ptp/node";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { configFrame, startBareServer } from "../baseline/start-bare-server.ts";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import { sampleProcess } from "../measure/process-sample.ts";
import { single } from "../report/measurement.ts";
import { summarize } from "../report/summary.ts";
import type { Swarm } from "../swarm/start-swarm.ts";
import { createSwarmWorld, type SwarmWorld } from "../swarm/swarm-world.ts";

/** One edit that touches all nodes of an operator, beside a bare push of the same bytes to the same agents. */
export function storm(size: number): Benchmark {
  return {
    name: `storm-${size}`,
    title: `one edit touches all ${size} simulated agents: rename until each has sent its Result`,
    run: async (context) => {
      const nodes = context.quick ? 200 : size;
      const pushes = context.quick ? 2 : 5;
      const world = await createSwarmWorld(context, nodes);
      for (const plans of context.quick ? [true] : [true, false]) {
        const { times, issued } = await pushByOperator(world, { plans, pushes });
        context.progress(`${nodes} agents: operator done, now the bare push`);
        const bare = await pushBare(context, world, { plans, pushes, issued });
        tell(context, { plans, times, bare, bytes: configFrame(issued).length });
      }
    },
  };
}

/** What one way of pushing took. */
interface PushTimes {
  /** Of each agent in each push: from its start until the Result was sent. */
  readonly latenciesMs: readonly number[];
  /** Of each push: CPU time of the server by number of nodes. */
  readonly cpuMsPerNode: readonly number[];
}

interface Pushing {
  readonly plans: boolean;
  readonly pushes: number;
}

/** Reports and status follow a Result: their CPU time belongs to the edit. */
const aftermathMs = 3_000;
const limitMs = 120_000;
/** Pushes before the first that counts: compilers have seen the code by then, at both ends of both ways. */
const warmUps = 3;

async function pushByOperator(
  world: SwarmWorld,
  { plans, pushes }: Pushing,
): Promise<{ readonly times: PushTimes; readonly issued: IssuedConfig }> {
  const [first = "", last = ""] = [world.nodeNames[0], world.nodeNames.at(-1)];
  await using operator = await world.startOperator();
  await operator.serves(last);
  await using swarm = world.startAgents({ plans });
  await swarm.waitFor("answered", world.nodeNames.length, limitMs);
  const times = await timePushes(swarm, { nodes: world.nodeNames.length, pushes, pid: operator.pid }, (turn) =>
    world.editAll(turn + 1 + warmUps),
  );
  const issued = await swarm.configOf(first);
  if (issued === undefined) throw new Error(`${first} holds no config`);
  return { times, issued };
}

async function pushBare(
  { workDir }: BenchContext,
  world: SwarmWorld,
  { plans, pushes, issued }: Pushing & { readonly issued: IssuedConfig },
): Promise<PushTimes> {
  const nodes = world.nodeNames.length;
  const socketPath = join(workDir, "bare.sock");
  await using server = await startBareServer(socketPath);
  await using swarm = world.startAgents({ plans, socketPattern: socketPath });
  await swarm.waitFor("welcomed", nodes, limitMs);
  return await timePushes(swarm, { nodes, pushes, pid: server.pid }, async () => {
    const { startedMs, streams } = await server.push(issued);
    if (streams !== nodes) throw new Error(`bare push to ${streams} of ${nodes} agents`);
    return startedMs;
  });
}

async function timePushes(
  swarm: Swarm,
  { nodes, pushes, pid }: { readonly nodes: number; readonly pushes: number; readonly pid: number },
  push: (turn: number) => Promise<number>,
): Promise<PushTimes> {
  const latenciesMs: number[] = [];
  const cpuMsPerNode: number[] = [];
  for (let turn = -warmUps; turn < pushes; turn++) {
    await sleep(aftermathMs);
    swarm.forget();
    const before = sampleProcess(pid).cpuMs;
    const startedMs = await push(turn);
    const answers = await swarm.waitFor("answered", nodes, limitMs);
    if (turn < 0) continue;
    latenciesMs.push(...answers.map(({ atMs }) => atMs - startedMs));
    await sleep(aftermathMs);
    cpuMsPerNode.push((sampleProcess(pid).cpuMs - before) / nodes);
  }
  return { latenciesMs, cpuMsPerNode };
}

interface StormResult {
  readonly plans: boolean;
  readonly bytes: number;
  readonly times: PushTimes;
  readonly bare: PushTimes;
}

function tell({ report }: BenchContext, { plans, bytes, times, bare }: StormResult): void {
  const agents = plans ? "decode and plan" : "decode only";
  const note = `agents ${agents}; ${bytes} bytes each`;
  report({ name: `operator: edit to Result, ${agents}`, unit: "ms", samples: times.latenciesMs, note });
  report({ name: `bare push to Result, ${agents}`, unit: "ms", samples: bare.latenciesMs });
  const [mine, floor] = [summarize(times.latenciesMs), summarize(bare.latenciesMs)];
  const target = { of: "max", atMost: 2 } as const;
  report(single(`ratio to the bare push at p50, ${agents}`, "×", mine.p50 / floor.p50, { target }));
  report(single(`ratio to the bare push at p99, ${agents}`, "×", mine.p99 / floor.p99, { target }));
  report({ name: `operator CPU per node, ${agents}`, unit: "ms", samples: times.cpuMsPerNode });
  report({ name: `bare server CPU per node, ${agents}`, unit: "ms", samples: bare.cpuMsPerNode });
  const cpu = summarize(times.cpuMsPerNode).p50 / summarize(bare.cpuMsPerNode).p50;
  report(single(`CPU ratio, ${agents}`, "×", cpu));
}
