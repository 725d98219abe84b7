import { setTimeout as sleep } from "node:timers/promises";
import { takeSnapshot } from "../world/snapshot.ts";
import { describeIdentity } from "../world/topology.ts";
import type { World, WorldNode } from "../world/world.ts";
import { clockTable } from "./clock-table.ts";
import type { Screen } from "./screen.ts";

const redrawMs = 400;
const offsetMs = 1_000;

/** Keeps the nodes' table on a screen up to date. */
export interface NodeWatch {
  /** Shows the table as it is at this moment. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/** Shows the nodes' table again and again, until `stop`. */
export function watchNodes(world: World, screen: Screen): NodeWatch {
  const ended = new AbortController();
  const { signal } = ended;
  const offsets = new Map<string, number>();
  const redraw = async (): Promise<void> => {
    const table = clockTable(await takeSnapshot(world), {
      offsetNs: (node) => offsets.get(node),
      describe: (identity) => describeIdentity(world.topology, identity),
    });
    if (!signal.aborted) screen.show(table);
  };
  const measure = async (): Promise<void> => {
    for (const node of world.nodes) keepOffset(offsets, node.name, await readOffset(node));
  };
  const loops = Promise.all([repeat(redraw, redrawMs, signal), repeat(measure, offsetMs, signal)]);
  return {
    refresh: redraw,
    stop: async () => {
      ended.abort();
      await loops;
    },
  };
}

async function repeat(act: () => Promise<void>, pauseMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // A host that is being closed cannot be looked at; the next turn sees whether that was all.
    await act().catch(() => undefined);
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

/** The offset of the node's only ptp4l that measures one, from its agent's metrics. */
async function readOffset(node: WorldNode): Promise<number | undefined> {
  const measured = (await node.metrics())?.filter(
    ({ name, labels }) => name === "openshift_ptp_offset_ns" && labels["process"] === "ptp4l",
  );
  return measured?.length === 1 ? measured[0]?.value : undefined;
}

function keepOffset(offsets: Map<string, number>, node: string, offsetNs: number | undefined): void {
  if (offsetNs === undefined) offsets.delete(node);
  else offsets.set(node, offsetNs);
}
