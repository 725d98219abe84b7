import { join } from "node:path";
import { configFrame, startBareServer } from "../baseline/start-bare-server.ts";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import { sampleProcess } from "../measure/process-sample.ts";
import { untilIdle } from "../measure/until-idle.ts";
import { single } from "../report/measurement.ts";
import { summarize } from "../report/summary.ts";
import type { Swarm } from "../swarm/start-swarm.ts";
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

/** What one way of pushing took. */
interface PushTimes {
  /** By push, of each agent: from the push's start until the Result was sent. */
  readonly latenciesMs: (readonly number[])[];
  /** Of each push: CPU time of the server by number of nodes. */
  readonly cpuMsPerNode: number[];
}

/** A server with its agents. */
interface Side {
  readonly pid: number;
  readonly swarm: Swarm;
  readonly times: PushTimes;
  /** After so long without work a push is over. */
  readonly quietMs: number;
  /** Pushes something new to all agents; returns when that began. */
  readonly push: (turn: number) => Promise<number>;
}

/** Reports and status follow a Result: their CPU time belongs to the edit, and must not disturb the next. */
const aftermathMs = 30_000;
const limitMs = 120_000;
/** Pushes before the first that counts: compilers have seen the code by then, at both ends of both ways. */
const warmUps = 2;

/** Both sides take turns, so that what else the machine does hits both alike. */
async function compare(context: BenchContext, world: SwarmWorld, plans: boolean): Promise<void> {
  const nodes = world.nodeNames.length;
  const [first = "", last = ""] = [world.nodeNames[0], world.nodeNames.at(-1)];
  await using stack = new AsyncDisposableStack();
  const operator = stack.use(await world.startOperator());
  await operator.serves(last);
  const socketPath = join(context.workDir, "bare.sock");
  const server = stack.use(await startBareServer(socketPath));
  const swarm = stack.use(world.startAgents({ plans }));
  await swarm.waitFor("answered", nodes, limitMs);
  const bareSwarm = stack.use(world.startAgents({ plans, socketPattern: socketPath }));
  await bareSwarm.waitFor("welcomed", nodes, limitMs);
  const issued = await swarm.configOf(first);
  if (issued === undefined) throw new Error(`${first} holds no config`);
  const mine: Side = {
    pid: operator.pid,
    swarm,
    times: { latenciesMs: [], cpuMsPerNode: [] },
    // Status is written at most every 5 s: a shorter pause may only be a pause.
    quietMs: context.quick ? 500 : 6_000,
    push: (turn) => world.editAll(turn + 1),
  };
  const bare: Side = {
    pid: server.pid,
    swarm: bareSwarm,
    times: { latenciesMs: [], cpuMsPerNode: [] },
    quietMs: 500,
    push: () => server.push(issued, nodes),
  };
  for (const side of [mine, bare]) await untilIdle(side.pid, { quietMs: side.quietMs, timeoutMs: aftermathMs });
  for (let turn = 0; turn < warmUps + (context.quick ? 1 : 5); turn++) {
    if (turn === warmUps) for (const { times } of [mine, bare]) forget(times);
    for (const side of [mine, bare]) await timePush(side, nodes, turn);
    context.progress(`${nodes} agents: push ${turn + 1} done`);
  }
  tell(context, { plans, times: mine.times, bare: bare.times, bytes: configFrame(issued).length });
}

function forget({ latenciesMs, cpuMsPerNode }: PushTimes): void {
  latenciesMs.length = 0;
  cpuMsPerNode.length = 0;
}

async function timePush({ pid, swarm, times, push, quietMs }: Side, nodes: number, turn: number): Promise<void> {
  swarm.forget();
  const before = sampleProcess(pid).cpuMs;
  const startedMs = await push(turn);
  const answers = await swarm.waitFor("answered", nodes, limitMs);
  times.latenciesMs.push(answers.map(({ atMs }) => atMs - startedMs));
  await untilIdle(pid, { quietMs, timeoutMs: aftermathMs });
  times.cpuMsPerNode.push((sampleProcess(pid).cpuMs - before) / nodes);
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
  report({ name: `operator: edit to Result, ${agents}`, unit: "ms", samples: times.latenciesMs.flat(), note });
  report({ name: `bare push to Result, ${agents}`, unit: "ms", samples: bare.latenciesMs.flat() });
  for (const at of ["p50", "p99"] as const) {
    const samples = ratios(times, bare, at);
    report({ name: `ratio at ${at}, ${agents}`, unit: "×", samples, target: { of: "p50", atMost: 2 } });
  }
  report({ name: `operator CPU per node, ${agents}`, unit: "ms", samples: times.cpuMsPerNode });
  report({ name: `bare server CPU per node, ${agents}`, unit: "ms", samples: bare.cpuMsPerNode });
  const cpu = summarize(times.cpuMsPerNode).p50 / summarize(bare.cpuMsPerNode).p50;
  report(single(`CPU ratio, ${agents}`, "×", cpu));
}

/** Of each push of the operator to the bare push right after it. */
function ratios(times: PushTimes, bare: PushTimes, at: "p50" | "p99"): readonly number[] {
  return times.latenciesMs.map((samples, turn) => summarize(samples)[at] / summarize(bare.latenciesMs[turn] ?? [])[at]);
}
