import { setTimeout as sleep } from "node:timers/promises";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import { createClusterNodes, editedDomain, hostNames, type ClusterNode } from "../cluster/cluster-nodes.ts";
import { createClusterWorld } from "../cluster/cluster-world.ts";
import { isSettled, watchStatus, type StatusWatch } from "../cluster/status-watch.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { until } from "../measure/until.ts";
import { ptp4lOfDomain, ptp4lProcesses } from "../nodes/ptp4l-processes.ts";

/** One edit of a PtpConfig on a real API server, with real agents and ptp4l. */
export const clusterEdit: Benchmark = {
  name: "cluster-edit",
  title: "a real API server and 2 real agents: apply of a PtpConfig until its ptp4l answers, and until status tells it",
  run: async (context) => {
    await using world = await createClusterWorld(context, hostNames);
    await using operator = await world.startReplica("a");
    await operator.ready();
    await using cluster = await createClusterNodes(context, world);
    using configs = await watchStatus(world.plane, "ptpconfigs");
    using devices = await watchStatus(world.plane, "nodeptpdevices");
    const watches = { configs, devices };
    for (const node of cluster.nodes) await settled(node, watches);
    await editFast(context, cluster.nodes);
    await editSlowly(context, cluster.nodes, watches);
  },
};

const limitMs = 60_000;
/** An object's status is written at most every 5 s: an edit that has to wait for that is not what is asked for. */
const pauseMs = 6_000;

interface Watches {
  readonly configs: StatusWatch;
  readonly devices: StatusWatch;
}

async function editFast({ quick, report }: BenchContext, nodes: readonly ClusterNode[]): Promise<void> {
  const samples: number[] = [];
  let restarts = 0;
  for (let turn = 0; turn < (quick ? 4 : 100); turn++) {
    const node = nodes[turn % nodes.length];
    if (node === undefined) break;
    const before = allPtp4l(nodes);
    samples.push(await editToRunning(node, 1 + turn));
    restarts += [...allPtp4l(nodes)].filter((pid) => !before.has(pid)).length - 1;
    await sleep(300);
  }
  report({ name: "apply to running", unit: "ms", samples, target: { of: "p99", atMost: 1_000 } });
  const target = { of: "max", atMost: 0 } as const;
  report({
    name: "restarts of untouched ptp4l",
    unit: "",
    samples: [restarts],
    target,
    note: "by PID, over all edits",
  });
}

async function editSlowly(
  { quick, report, progress }: BenchContext,
  nodes: readonly ClusterNode[],
  watches: Watches,
): Promise<void> {
  const device: number[] = [];
  const config: number[] = [];
  for (let turn = 0; turn < (quick ? 2 : 24); turn++) {
    const node = nodes[turn % nodes.length];
    if (node === undefined) break;
    await sleep(pauseMs);
    const before = watches.devices.newest(node.host.name)?.status?.revision;
    const generation = watches.configs.newest(node.configName)?.metadata.generation ?? 0;
    const startedMs = await node.edit(101 + turn);
    const told = watches.devices.until(node.host.name, ({ status }) => status?.revision !== before, limitMs);
    const isNew = (metadata: { readonly generation?: number }) => (metadata.generation ?? 0) > generation;
    const summed = watches.configs.until(node.configName, (each) => isNew(each.metadata) && isSettled(each), limitMs);
    device.push((await told) - startedMs);
    config.push((await summed) - startedMs);
    if (turn % 6 === 5) progress(`${turn + 1} edits told in status`);
  }
  report({ name: "apply to NodePtpDevice told", unit: "ms", samples: device });
  report({ name: "apply to PtpConfig condition told", unit: "ms", samples: config });
}

/** Edits a node's profile and waits until its new ptp4l answers with the new content. */
export async function editToRunning(node: ClusterNode, priority2: number): Promise<number> {
  const startedMs = await node.edit(priority2);
  return await until(
    async () => {
      const answer = await node.probe.get("DEFAULT_DATA_SET");
      return answer?.priority2 === priority2 ? monotonicMs() - startedMs : undefined;
    },
    { what: `an answer of ${node.host.name} with priority2 ${priority2}`, timeoutMs: limitMs, everyMs: 2 },
  );
}

async function settled({ host, configName }: ClusterNode, { configs, devices }: Watches): Promise<void> {
  await ptp4lOfDomain(host, editedDomain);
  await devices.until(host.name, ({ status }) => status?.revision !== undefined, limitMs);
  await configs.until(configName, isSettled, limitMs);
}

/** PIDs. */
export function allPtp4l(nodes: readonly ClusterNode[]): ReadonlySet<number> {
  return new Set(nodes.flatMap(({ host }) => ptp4lProcesses(host).map(({ pid }) => pid)));
}
