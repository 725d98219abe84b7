import { defaultHostFacts } from "@ptp/plan";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../../tools/kubernetes/control-plane/free-ports.ts";
import { configFrame, startBareServer } from "../baseline/start-bare-server.ts";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import { createClusterWorld, type ClusterWorld } from "../cluster/cluster-world.ts";
import { untilDevicesTold } from "../cluster/device-statuses.ts";
import { countsText, inSpan, operatorRequests, type Span } from "../cluster/operator-requests.ts";
import { paddedConf } from "../manifests/ptp4l-conf.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { sampleProcess } from "../measure/process-sample.ts";
import { untilIdle } from "../measure/until-idle.ts";
import { watchProcess } from "../measure/watch-process.ts";
import { comparePushes, tellPushes } from "../push/compare-pushes.ts";
import type { RunningReplica } from "../programs/start-cluster-operator.ts";
import { single } from "../report/measurement.ts";
import { startSwarm, type Swarm } from "../swarm/start-swarm.ts";

/** An operator on a real control plane with that many nodes, an edit that touches all in at most so long. */
export function clusterSwarm(size: number, targetMs: number): Benchmark {
  return {
    name: `cluster-${size}`,
    title: `a real API server, ${size} nodes: first start, requests at rest, one edit for all, restart of the operator`,
    run: (context) => measure(context, context.quick ? 50 : size, targetMs),
  };
}

/** Generous: thousands of agents, their API server and its clients share this machine. */
const limitMs = 900_000;
const confBytes = 4_096;
const hourMs = 3_600_000;

/** An operator with its agents. */
interface Place {
  readonly context: BenchContext;
  readonly world: ClusterWorld;
  readonly nodes: number;
  readonly operator: RunningReplica;
  readonly swarm: Swarm;
}

async function measure(context: BenchContext, nodes: number, targetMs: number): Promise<void> {
  const nodeNames = Array.from({ length: nodes }, (_, index) => `node-${String(index).padStart(5, "0")}`);
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await createClusterWorld(context, nodeNames));
  await editAll(world, 0);
  const operator = stack.use(await world.startReplica("a"));
  await operator.ready();
  context.report(single("operator start to ready", "ms", monotonicMs() - operator.startedMs));
  context.report(single(`operator RSS, ${nodes} nodes, 0 sessions`, "MiB", sampleProcess(operator.pid).rssMiB));
  const swarm = stack.use(agentsOf(world, world.addresses.a));
  const place = { context, world, nodes, operator, swarm };
  await firstContact(place);
  await atRest(place);
  await edits(place, targetMs);
  await restart(place);
}

function agentsOf({ nodeNames, pair, tokens }: ClusterWorld, address: string): Swarm {
  const target = { kind: "tls", addresses: [address], ca: pair.cert, tokens } as const;
  const { nodeName: _, ...facts } = defaultHostFacts("");
  return startSwarm({ nodeNames, target, plans: true, facts });
}

function editAll(world: ClusterWorld, priority2: number): Promise<number> {
  const parts = { interfaces: ["ens1f0"], domainNumber: 24, priority2, role: "receiver" } as const;
  return world.put({ name: "all", ptp4lConf: paddedConf(parts, confBytes) });
}

/** All agents come for the first time: a TokenReview, a config and a NodePtpDevice to be made for each. */
async function firstContact({ context, world, nodes, operator, swarm }: Place): Promise<void> {
  const { report, progress } = context;
  const connectMs = Math.min(...(await swarm.waitFor("started", nodes, limitMs)).map(({ atMs }) => atMs));
  const answered = await swarm.waitFor("answered", nodes, limitMs);
  report({ name: "first connect to Result", unit: "ms", samples: answered.map(({ atMs }) => atMs - connectMs) });
  progress(`${nodes} agents have a config; their statuses are written`);
  const toldMs = await untilDevicesTold(world.plane, nodes, limitMs);
  report(single("first connect to all NodePtpDevices told", "ms", toldMs - connectMs));
  await untilIdle(operator.pid, { quietMs: context.quick ? 500 : 6_000, timeoutMs: limitMs });
  const { cpuMs, rssMiB } = sampleProcess(operator.pid);
  report(single("operator CPU per node until then", "ms", cpuMs / nodes));
  report(single(`operator RSS, ${nodes} sessions`, "MiB", rssMiB));
  const requests = await operatorRequests(world.plane);
  report(single("requests per node until then", "", requests.length / nodes, { note: countsText(requests) }));
}

async function atRest({ context, world, nodes, operator }: Place): Promise<void> {
  const { watchMs, report, progress } = context;
  progress(`requests at rest are counted for ${Math.round(watchMs / 1_000)} s`);
  const fromMs = Date.now();
  const { cpuPercent, rssMiB } = await watchProcess(operator.pid, watchMs);
  const toMs = Date.now();
  const requests = inSpan(await operatorRequests(world.plane), { fromMs, toMs });
  const perHour = (requests.length * hourMs) / (toMs - fromMs);
  const target = { of: "max", atMost: 3 * nodes + 2_000 } as const;
  report(single("requests an hour at rest", "", perHour, { target, note: countsText(requests) }));
  report(single("operator CPU at rest", "% of a core", cpuPercent));
  report(single("operator RSS at rest", "MiB", rssMiB.at(-1) ?? Number.NaN));
}

/** Edits, in turn with bare pushes over the same transport. */
async function edits({ context, world, nodes, operator, swarm }: Place, targetMs: number): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const [port = 0] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const server = stack.use(await startBareServer({ kind: "tls", address, ...world.pair }));
  const bareSwarm = stack.use(agentsOf(world, address));
  await bareSwarm.waitFor("welcomed", nodes, limitMs);
  const issued = await swarm.configOf(world.nodeNames[0] ?? "");
  if (issued === undefined) throw new Error("the first node holds no config");
  const starts: number[] = [];
  const times = await comparePushes(context, {
    nodes,
    pushes: 3,
    aftermathMs: limitMs,
    mine: {
      pid: operator.pid,
      swarm,
      quietMs: context.quick ? 500 : 6_000,
      push: (turn) => {
        starts.push(Date.now());
        return editAll(world, turn + 1);
      },
    },
    bare: { pid: server.pid, swarm: bareSwarm, quietMs: 500, push: () => server.push(issued, nodes) },
  });
  const note = `agents decode and plan; ${configFrame(issued).length} bytes each, TLS`;
  tellPushes(context, times, { agents: "TLS", note, target: { of: "p50", atMost: targetMs } });
  const { rssMiB } = sampleProcess(operator.pid);
  context.report(single("operator RSS after the edits", "MiB", rssMiB));
  await tellStatus({ context, world, nodes }, starts);
}

/** From each edit to the last status that it brought about, and what that cost in requests. */
async function tellStatus(
  { context: { report }, world, nodes }: Pick<Place, "context" | "world" | "nodes">,
  starts: readonly number[],
): Promise<void> {
  const requests = await operatorRequests(world.plane);
  const spans = starts.map((fromMs, index): Span => ({ fromMs, toMs: starts[index + 1] ?? Date.now() }));
  const bySpan = spans.map((span) => inSpan(requests, span));
  const lasts = bySpan.map((each, index) => {
    const last = each.findLast(({ what }) => what === "patch nodeptpdevices/status");
    return (last?.atMs ?? Number.NaN) - (starts[index] ?? 0);
  });
  report({ name: "edit to the last node's status written", unit: "ms", samples: lasts });
  const perNode = bySpan.map(({ length }) => length / nodes);
  report({ name: "requests per node of an edit", unit: "", samples: perNode, note: countsText(bySpan.at(-1) ?? []) });
}

/** kill -9 and a new process: nobody else serves. */
async function restart({ context, world, nodes, operator, swarm }: Place): Promise<void> {
  const { report, quick } = context;
  const target = { of: "max", atMost: 60_000 } as const;
  await operator.kill();
  await sleep(quick ? 300 : 2_000);
  swarm.forget();
  const fromMs = Date.now();
  await using next = await world.startReplica("a");
  await next.ready();
  report(single("operator restart to ready", "ms", monotonicMs() - next.startedMs));
  const welcomed = await swarm.waitFor("welcomed", nodes, limitMs);
  const samples = welcomed.map(({ atMs }) => atMs - next.startedMs);
  report({ name: "operator restart to session, up to date", unit: "ms", samples, target });
  await untilIdle(next.pid, { quietMs: quick ? 500 : 6_000, timeoutMs: limitMs });
  report(single("operator CPU of that restart", "ms", sampleProcess(next.pid).cpuMs));
  const requests = inSpan(await operatorRequests(world.plane), { fromMs, toMs: Date.now() });
  report(single("requests per node of that restart", "", requests.length / nodes, { note: countsText(requests) }));
}
