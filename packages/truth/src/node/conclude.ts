import type { Instant } from "@ptp/node";
import type { NodeState, NodeStep } from "./node-state.ts";

/**
 * The last part of every step of a node, when all clocks and machines have heard the input: what depends on the states of
 * several of them is decided here. `before`: the node as it was before the step.
 */
export function conclude(before: NodeState, step: NodeStep, now: Instant): NodeStep {
  void before;
  void now;
  return step;
}
