import { agentsUpdated, onTemplate } from "../../tools/kubernetes/agent-nodes/agents-updated.ts";
import type { ClockWatch } from "../../tools/kubernetes/agent-nodes/clock-watch.ts";
import type { Benchmark } from "../benchmark.ts";
import { createUpdateWorld, type UpdateWorld } from "../cluster/update-world.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { until } from "../measure/until.ts";
import { single } from "../report/measurement.ts";

const limitMs = 180_000;

/** A new template of the agents, over three nodes with real ptp4l. */
export const agentUpdate: Benchmark = {
  name: "agent-update",
  title: "a new template of the agents' DaemonSet over 3 nodes, one node at a time",
  run: async (context) => {
    await using world = await createUpdateWorld(context);
    const seconds: number[] = [];
    const whole: number[] = [];
    let mostOut = 0;
    const first = world.watch();
    await settled(world, first);
    await first.stop();
    for (let turn = 1; turn <= (context.quick ? 1 : 5); turn++) {
      const watch = world.watch();
      const startedMs = monotonicMs();
      await world.change(String(turn));
      const isNew = async () => (await onTemplate(world.plane, String(turn))) === world.nodeNames.length || undefined;
      await until(isNew, { what: "three agents of the new template", timeoutMs: limitMs, everyMs: 200 });
      await settled(world, watch);
      whole.push((monotonicMs() - startedMs) / 1000);
      await watch.stop();
      seconds.push(...watch.gaps.map(({ ms }) => ms / 1000));
      mostOut = Math.max(mostOut, watch.mostOut());
    }
    const note = "no answer, or not LOCKED; asked of its agent every 250 ms";
    context.report(single("nodes out of sync at once", "nodes", mostOut, { target: { of: "max", atMost: 1 } }));
    context.report({ name: "a node out of sync", unit: "s", samples: seconds, note });
    context.report({ name: "the whole update", unit: "s", samples: whole, note: "until the condition says so" });
  },
};

/** All nodes have been without time and have it again, and the operator says that their agents are updated. */
async function settled({ plane, nodeNames }: UpdateWorld, watch: ClockWatch): Promise<void> {
  const isSettled = async (): Promise<true | undefined> => {
    const haveTime = nodeNames.every((name) => isBack(watch, name));
    return (haveTime && (await agentsUpdated(plane)) === "True Succeeded ") || undefined;
  };
  await until(isSettled, { what: "three nodes with time", timeoutMs: limitMs, everyMs: 200 });
}

function isBack(watch: ClockWatch, nodeName: string): boolean {
  return watch.outSinceMs(nodeName) === undefined && watch.gaps.some((gap) => gap.nodeName === nodeName);
}
