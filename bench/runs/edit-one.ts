import { setTimeout as sleep } from "node:timers/promises";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import { bareStarts } from "../baseline/bare-ptp4l.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { until } from "../measure/until.ts";
import { ptp4lOfDomain, ptp4lProcesses } from "../nodes/ptp4l-processes.ts";
import { createThreeNodes, editedDomain, type EditedNode } from "../nodes/three-nodes.ts";
import { single } from "../report/measurement.ts";
import { summarize } from "../report/summary.ts";

/** "Running" means alive this long after the first answer. */
const aliveMs = 2_000;

/** One edit that touches one ptp4l of three nodes with two each. */
export const editOne: Benchmark = {
  name: "edit-one",
  title: "one edit touches one of 6 ptp4l on 3 nodes: rename until the new ptp4l answers with the new content",
  run: async (context) => {
    await using three = await createThreeNodes(context);
    const { nodes, world } = three;
    await sleep(1_000);
    const edits = context.quick ? 6 : 100;
    const samples: number[] = [];
    const survivals = new Map<EditedNode, Promise<boolean>>();
    let restarts = 0;
    let deaths = 0;
    for (let turn = 0; turn < edits; turn++) {
      const node = nodes[turn % nodes.length];
      if (node === undefined) break;
      if ((await survivals.get(node)) === false) deaths++;
      const before = allPtp4l(nodes);
      samples.push(await editToRunning(node, 1 + (turn % 200)));
      const touched = await ptp4lOfDomain(node.host, editedDomain);
      restarts += restartsBetween(before, allPtp4l(nodes)) - 1;
      survivals.set(node, survives(node, touched.pid));
      await sleep(200);
    }
    for (const survived of await Promise.all(survivals.values())) if (!survived) deaths++;
    tell(context, { samples, restarts, deaths, bare: await bareStarts(world, context.quick ? 3 : 20) });
  },
};

async function editToRunning(node: EditedNode, priority2: number): Promise<number> {
  const startedMs = await node.edit(priority2);
  const what = `an answer of ${node.host.name} with priority2 ${priority2}`;
  return await until(
    async () => {
      const answer = await node.probe.get("DEFAULT_DATA_SET");
      return answer?.priority2 === priority2 ? monotonicMs() - startedMs : undefined;
    },
    { what, timeoutMs: 30_000, everyMs: 2 },
  );
}

/** PIDs by node and configuration. */
function allPtp4l(nodes: readonly EditedNode[]): ReadonlySet<number> {
  return new Set(nodes.flatMap(({ host }) => ptp4lProcesses(host).map(({ pid }) => pid)));
}

function restartsBetween(before: ReadonlySet<number>, after: ReadonlySet<number>): number {
  return [...after].filter((pid) => !before.has(pid)).length;
}

async function survives({ host }: EditedNode, pid: number): Promise<boolean> {
  await sleep(aliveMs);
  return ptp4lProcesses(host).some((running) => running.pid === pid);
}

interface EditResult {
  readonly samples: readonly number[];
  readonly restarts: number;
  readonly deaths: number;
  readonly bare: readonly number[];
}

function tell({ report }: BenchContext, { samples, restarts, deaths, bare }: EditResult): void {
  const none = { of: "max", atMost: 0 } as const;
  report({ name: "edit to running", unit: "ms", samples, target: { of: "p99", atMost: 1_000 } });
  report({ name: "bare ptp4l start to answer", unit: "ms", samples: bare, note: "the same file, started by hand" });
  report(single("ratio to the bare start at p50", "×", summarize(samples).p50 / summarize(bare).p50));
  report(single("restarts of untouched ptp4l", "", restarts, { target: none, note: "by PID, over all edits" }));
  report(single("edited ptp4l not alive 2 s later", "", deaths, { target: none }));
}
