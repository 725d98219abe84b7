import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startBareServer } from "../baseline/start-bare-server.ts";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import { sampleProcess } from "../measure/process-sample.ts";
import { watchProcess } from "../measure/watch-process.ts";
import { single } from "../report/measurement.ts";
import { createConfigDirectory } from "../manifests/config-directory.ts";
import { nodeDocument } from "../manifests/documents.ts";
import { startOperator, type RunningOperator } from "../programs/start-operator.ts";
import type { Swarm } from "../swarm/start-swarm.ts";
import type { SwarmEvent } from "../swarm/swarm-message.ts";
import { createSwarmWorld, type SwarmWorld } from "../swarm/swarm-world.ts";

const limitMs = 180_000;

/** What sessions cost an operator, and how long it needs to get them back after a restart. */
export const sessions: Benchmark = {
  name: "sessions-5000",
  title: "5,000 sessions with a 4 KiB config: memory of the operator, and its restart",
  run: async (context) => {
    const nodes = context.quick ? 50 : 5_000;
    const world = await createSwarmWorld(context, nodes);
    const bareKiB = await bareMemory(context, world);
    const emptyMiB = await emptyOperatorRss(context, world);
    const last = world.nodeNames.at(-1) ?? "";
    const first = await world.startOperator();
    await using stack = new AsyncDisposableStack();
    stack.use(first);
    await first.serves(last);
    await sleep(context.quick ? 500 : 10_000);
    const atZero = sampleProcess(first.pid);
    const swarm = stack.use(world.startAgents({ plans: false }));
    await swarm.waitFor("answered", nodes, limitMs);
    context.progress(`${nodes} sessions stand; memory is taken in ${Math.round(context.settleMs / 1_000)} s`);
    await sleep(context.settleMs);
    const { rssMiB, cpuPercent } = await watchProcess(first.pid, context.quick ? 1_000 : 10_000);
    const atFull = rssMiB.at(-1) ?? Number.NaN;
    const perSessionKiB = ((atFull - atZero.rssMiB) * 1_024) / nodes;
    const note = `RSS after ${Math.round(context.settleMs / 1_000)} s; at 0 sessions all sockets are open already`;
    context.report(single(`operator RSS, ${nodes} nodes, 0 sessions`, "MiB", atZero.rssMiB));
    context.report(single(`operator RSS, ${nodes} sessions`, "MiB", atFull, { note }));
    context.report(single("operator RSS per session", "KiB", perSessionKiB, { target: { of: "max", atMost: 100 } }));
    const allInKiB = ((atFull - emptyMiB) * 1_024) / nodes;
    context.report(single("operator RSS, 1 node, 0 sessions", "MiB", emptyMiB));
    context.report(single("the same per session, with its node and socket", "KiB", allInKiB));
    context.report(single("bare server RSS per stream", "KiB", bareKiB));
    context.report(single("ratio to the bare server", "×", perSessionKiB / bareKiB));
    context.report(single(`operator CPU, ${nodes} idle sessions`, "% of a core", cpuPercent));
    await measureRestarts(context, world, { first, swarm });
  },
};

/** An operator that knows one node: what nodes cost before an agent comes is seen against it. */
async function emptyOperatorRss({ dist, workDir, quick }: BenchContext, world: SwarmWorld): Promise<number> {
  const { path } = await createConfigDirectory(join(workDir, "one-node"));
  const [nodeName = ""] = world.nodeNames;
  await copyFile(join(world.directory.path, "all.json"), join(path, "all.json"));
  await writeFile(join(path, "node.json"), JSON.stringify(nodeDocument(nodeName)));
  await using operator = await startOperator({ dist, directory: path, sessionDir: join(workDir, "one-session") });
  await operator.serves(nodeName);
  await sleep(quick ? 300 : 3_000);
  return sampleProcess(operator.pid).rssMiB;
}

async function bareMemory({ workDir, quick }: BenchContext, world: SwarmWorld): Promise<number> {
  const socketPath = join(workDir, "bare.sock");
  await using server = await startBareServer({ kind: "socket", path: socketPath });
  await sleep(1_000);
  const before = sampleProcess(server.pid);
  await using swarm = world.startAgents({ plans: false, socketPattern: socketPath });
  await swarm.waitFor("welcomed", world.nodeNames.length, limitMs);
  await sleep(quick ? 1_000 : 30_000);
  return ((sampleProcess(server.pid).rssMiB - before.rssMiB) * 1_024) / world.nodeNames.length;
}

/** Kills the operator, edits all profiles or not while it is away, and starts it again. */
async function measureRestarts(
  { report, quick }: BenchContext,
  world: SwarmWorld,
  { first, swarm }: { readonly first: RunningOperator; readonly swarm: Swarm },
): Promise<void> {
  const nodes = world.nodeNames.length;
  const target = { of: "max", atMost: 60_000 } as const;
  await first.kill();
  await sleep(quick ? 300 : 2_000);
  swarm.forget();
  const second = await world.startOperator();
  const welcomed = await swarm.waitFor("welcomed", nodes, limitMs);
  const upToDate = (events: readonly SwarmEvent[], { startedMs }: RunningOperator) =>
    events.map(({ atMs }) => atMs - startedMs);
  report({ name: "restart to session, nothing changed", unit: "ms", samples: upToDate(welcomed, second), target });
  await second.kill();
  await world.editAll(200);
  await sleep(quick ? 300 : 10_000);
  swarm.forget();
  await using third = await world.startOperator();
  const answered = await swarm.waitFor("answered", nodes, limitMs);
  report({ name: "restart to Result, all changed meanwhile", unit: "ms", samples: upToDate(answered, third), target });
  report(single("operator CPU of that restart", "ms", sampleProcess(third.pid).cpuMs));
}
