import { defaultHostFacts } from "@ptp/plan";
import { setTimeout as sleep } from "node:timers/promises";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import { createClusterNodes, editedDomain, hostNames, type ClusterNode } from "../cluster/cluster-nodes.ts";
import { createClusterWorld, namespace, type ClusterWorld, type ReplicaName } from "../cluster/cluster-world.ts";
import { isSettled, watchStatus, type StatusWatch } from "../cluster/status-watch.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { until } from "../measure/until.ts";
import { ptp4lOfDomain } from "../nodes/ptp4l-processes.ts";
import type { RunningReplica } from "../programs/start-cluster-operator.ts";
import { single } from "../report/measurement.ts";
import { startSwarm, type Swarm } from "../swarm/start-swarm.ts";
import { allPtp4l, editToRunning } from "./cluster-edit.ts";

/** kill -9 of one of two replicas, in turn the one that leads and the one that does not. */
export const clusterFailover: Benchmark = {
  name: "cluster-failover",
  title: "kill -9 of one of 2 replicas: sessions back on the other, its first write, nothing restarted on the nodes",
  run: async (context) => {
    const simulated = Array.from({ length: context.quick ? 20 : 300 }, (_, index) => `node-${index}`);
    await using world = await createClusterWorld(context, [...hostNames, ...simulated]);
    await using stack = new AsyncDisposableStack();
    const replicas = new Map<ReplicaName, RunningReplica>();
    stack.defer(async () => void (await Promise.all([...replicas.values()].map((each) => each.kill()))));
    for (const name of ["a", "b"] as const) replicas.set(name, await startReady(world, name));
    const cluster = stack.use(await createClusterNodes(context, world));
    using configs = await watchStatus(world.plane, "ptpconfigs");
    const place = { context, world, simulated, replicas, configs, nodes: cluster.nodes };
    for (const whom of ["leader", "other"] as const) await measure(place, whom);
  },
};

/** Generous: all agents may come at once, on a machine they share with their servers. */
const limitMs = 180_000;

interface Place {
  readonly context: BenchContext;
  readonly world: ClusterWorld;
  /** Names of the nodes without a host. */
  readonly simulated: readonly string[];
  readonly replicas: Map<ReplicaName, RunningReplica>;
  readonly configs: StatusWatch;
  readonly nodes: readonly ClusterNode[];
}

interface PlaceWithSwarm extends Place {
  readonly swarm: Swarm;
}

async function connect({ world, simulated: nodeNames }: Place): Promise<Swarm> {
  const { tokens, pair, addresses } = world;
  const target = { kind: "tls", addresses: Object.values(addresses), ca: pair.cert, tokens } as const;
  const { nodeName: _, ...facts } = defaultHostFacts("");
  const swarm = startSwarm({ nodeNames, target, plans: true, facts });
  await swarm.waitFor("welcomed", nodeNames.length, limitMs);
  return swarm;
}

async function measure(place: Place, whom: "leader" | "other"): Promise<void> {
  const { context, world, replicas } = place;
  const turns: Turn[] = [];
  for (let turn = 0; turn < (context.quick ? 1 : 4); turn++) {
    // A new swarm: after a kill all sessions are on the replica that stayed.
    await using swarm = await connect(place);
    await sleep(context.quick ? 1_000 : 8_000);
    const leading = await leader(world);
    const victim = (whom === "leader") === (leading === "a") ? "a" : "b";
    turns.push(await kill({ ...place, swarm }, victim, turn));
    replicas.set(victim, await startReady(world, victim));
    context.progress(`${whom}: kill ${turn + 1} done`);
  }
  const { report } = context;
  const what = `kill of the ${whom === "leader" ? "leader" : "other replica"}`;
  const sessions = turns.flatMap(({ backMs }) => backMs);
  report({ name: `${what} to session back`, unit: "ms", samples: sessions, target: { of: "max", atMost: 10_000 } });
  const running = turns.map(({ runningMs }) => runningMs);
  report({ name: `${what} to an edit running, real agent`, unit: "ms", samples: running });
  const written = turns.map(({ writtenMs }) => writtenMs);
  report({
    name: `${what} to a write of the leader`,
    unit: "ms",
    samples: written,
    target: { of: "max", atMost: 20_000 },
  });
  const lost = turns.reduce((sum, { restarts }) => sum + restarts, 0);
  report(single(`${what}: untouched ptp4l that were restarted`, "", lost, { target: { of: "max", atMost: 0 } }));
}

interface Turn {
  /** Of each agent that lost its session. */
  readonly backMs: readonly number[];
  readonly runningMs: number;
  readonly writtenMs: number;
  readonly restarts: number;
}

/** Kills a replica, and at once edits the profile of one node. */
async function kill(
  { replicas, swarm, configs, nodes }: PlaceWithSwarm,
  victim: ReplicaName,
  turn: number,
): Promise<Turn> {
  const node = nodes[turn % nodes.length];
  if (node === undefined) throw new Error("no node");
  const before = allPtp4l(nodes);
  const edited = (await ptp4lOfDomain(node.host, editedDomain)).pid;
  const generation = configs.newest(node.configName)?.metadata.generation ?? 0;
  swarm.forget();
  const startedMs = monotonicMs();
  await replicas.get(victim)?.kill();
  const priority2 =
    1 + ((configs.newest(node.configName)?.metadata.generation ?? 0) % 120) + (victim === "a" ? 120 : 0);
  const running = editToRunning(node, priority2).then(() => monotonicMs() - startedMs);
  const written = configs.until(
    node.configName,
    (each) => (each.metadata.generation ?? 0) > generation && isSettled(each),
    limitMs,
  );
  const [runningMs, writtenAtMs] = await Promise.all([running, written]);
  const after = allPtp4l(nodes);
  return {
    backMs: await sessionsBack(swarm, startedMs),
    runningMs,
    writtenMs: writtenAtMs - startedMs,
    restarts: [...before].filter((pid) => !after.has(pid) && pid !== edited).length,
  };
}

/** Of each agent that lost its session: from the kill until it was welcomed again. */
async function sessionsBack(swarm: Swarm, startedMs: number): Promise<readonly number[]> {
  const lost = new Set(swarm.events().flatMap(({ kind, nodeName }) => (kind === "lost" ? [nodeName] : [])));
  const welcomed = await swarm.waitFor("welcomed", lost.size, limitMs);
  return welcomed.map(({ atMs }) => atMs - startedMs);
}

async function startReady(world: ClusterWorld, name: ReplicaName): Promise<RunningReplica> {
  const replica = await world.startReplica(name);
  await replica.ready();
  return replica;
}

/** Which replica leads; waits until one does. */
async function leader({ plane }: ClusterWorld): Promise<ReplicaName> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/ptp.openshift.io`;
  return await until(
    async () => {
      const lease = (await plane.api.request("GET", path)) as { readonly spec?: { readonly holderIdentity?: string } };
      const [name] = (lease.spec?.holderIdentity ?? "").split("_");
      return name === "a" || name === "b" ? name : undefined;
    },
    { what: "a leader", timeoutMs: limitMs, everyMs: 200 },
  );
}
