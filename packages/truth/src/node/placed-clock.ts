import { clockIfaces } from "../clock-ifaces.ts";
import type { ClockStep, NodeClock } from "./node-clock.ts";
import type { NodeChange } from "./node-machine.ts";
import { nodeView, type NodeState, type NodeStep } from "./node-state.ts";

const noChanges: readonly NodeChange[] = [];

/** A node with a clock that has stepped, at its place, and what is told of it. */
export function placed(state: NodeState, place: number, { node, changes }: ClockStep): NodeStep {
  const after = { ...state, clocks: state.clocks.with(place, node) };
  if (changes.length === 0) return { state: after, changes: noChanges };
  const { program, configName: config, profile } = { program: "ptp4l", ...node.watched };
  const clock = { process: program, profile, config, iface: ifaceOf(after, node) };
  return { state: after, changes: changes.map((change) => ({ clock, ...change })) };
}

function ifaceOf(state: NodeState, node: NodeClock): string {
  if (node.kind === "system") return "CLOCK_REALTIME";
  const ptp = state.clocks.filter(({ kind }) => kind === "ptp");
  return clockIfaces(nodeView(state))[ptp.indexOf(node)] ?? "";
}
