import type { NodeClock } from "@ptp/api";
import type { RunningProcess } from "../../lab/process-table.ts";
import type { NodeStatus } from "./node-status.ts";
import type { World, WorldNode } from "./world.ts";

/** What is known of one node at one moment: what the operator tells of it, beside what really runs there. */
export interface NodeSnapshot {
  readonly name: string;
  readonly status: NodeStatus;
  /** The PTP programs that run in the host, whoever started them. */
  readonly programs: readonly RunningProcess[];
  readonly agentRuns: boolean;
}

/** All nodes at one moment. */
export interface Snapshot {
  readonly atUnixMs: number;
  readonly nodes: readonly NodeSnapshot[];
}

const programName = /(^|\/)(ptp4l|phc2sys|ts2phc|synce4l|timemaster|chronyd|gpsd|gpspipe)$/;

/** Looks at all nodes. */
export async function takeSnapshot(world: World): Promise<Snapshot> {
  const atUnixMs = Date.now();
  return { atUnixMs, nodes: await Promise.all(world.nodes.map(lookAt)) };
}

async function lookAt(node: WorldNode): Promise<NodeSnapshot> {
  const { name, host, agent } = node;
  const running = host.processes();
  const agentPid = await agent.pid();
  return {
    name,
    status: await node.status(),
    programs: running.filter((entry) => ptpProgramOf(entry) !== undefined),
    agentRuns: agentPid !== undefined && running.some(({ pid }) => pid === agentPid),
  };
}

/** The PTP program a process runs, also behind a dynamic loader of its own; undefined: it runs another. */
export function ptpProgramOf({ argv }: RunningProcess): string | undefined {
  const started = argv[0]?.includes("/ld-linux") === true ? argv[3] : argv[0];
  return programName.exec(started ?? "")?.[2];
}

/** One node of a snapshot. Throws when there is none of that name. */
export function nodeOf(snapshot: Snapshot, name: string): NodeSnapshot {
  const found = snapshot.nodes.find((node) => node.name === name);
  if (found === undefined) throw new Error(`there is no node ${name}`);
  return found;
}

/** The clock of a node's first ptp4l, as told in its status. */
export function clockOf(snapshot: Snapshot, name: string): NodeClock | undefined {
  return nodeOf(snapshot, name).status.clocks.find(({ process }) => process === "ptp4l");
}

/** Numbers, outside the host, of the PTP programs a node really runs; sorted. */
export function pidsOf(snapshot: Snapshot, name: string): readonly number[] {
  return nodeOf(snapshot, name)
    .programs.map(({ pid }) => pid)
    .toSorted((a, b) => a - b);
}
