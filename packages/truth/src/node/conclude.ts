import type { Instant } from "@ptp/node";
import { earliestMs } from "../fact.ts";
import { stepOverall } from "../overall/overall-state.ts";
import { overallParts } from "../overall/overall-parts.ts";
import { stepSampledClock } from "../sampled-clock.ts";
import { isSameStatus, type SyncStatus } from "../sync-machine.ts";
import { stepCoupled } from "../system/coupled-clock.ts";
import { followSource, noSource, type FollowStep } from "./follow-source.ts";
import { giveTime } from "./give-time.ts";
import type { NodeClock, NodeSystemClock } from "./node-clock.ts";
import type { NodeChange } from "./node-machine.ts";
import type { NodeMachine } from "./node-machines.ts";
import { clockViews, type NodeState, type NodeStep } from "./node-state.ts";
import { systemSource } from "./system-source.ts";

/**
 * The last part of every step of a node, when all clocks and machines have heard the input: what depends on the states of
 * several of them is decided here. First whose time each ptp4l gives, then which source each system clock follows, then what
 * its source makes of it, then the state of the whole. `before`: the node as it was before the step.
 */
export function conclude(before: NodeState, step: NodeStep, now: Instant): NodeStep {
  if (isQuiet(before, step.state, now)) return step;
  let { state, changes } = giveTime(step, now);
  state.clocks.forEach((node, place) => {
    if (node.kind !== "system") return;
    const concluded = concludeSystemClock(state, node, now);
    if (concluded.node !== node) state = { ...state, clocks: state.clocks.with(place, concluded.node) };
    if (concluded.changes.length > 0) changes = [...changes, ...concluded.changes];
  });
  const { status } = stepOverall(state.overall, overallParts(clockViews(state)), now);
  const overall = isSameStatus(state.overall, status) ? state.overall : status;
  return { ...step, state: { ...state, overall, dueMs: dueMs(state, overall, now) }, changes };
}

/** Most steps are a measurement like the one before. */
function isQuiet(before: NodeState, after: NodeState, now: Instant): boolean {
  if (now.monotonicMs >= after.dueMs || before.dueMs !== after.dueMs) return false;
  return isEach(before.clocks, after.clocks, isAlike) && isEach(before.machines, after.machines, tellsTheSame);
}

/** Asked for every line: no closure, and nothing is looked at twice. */
function isEach<T>(before: readonly T[], after: readonly T[], isSame: (one: T, other: T) => boolean): boolean {
  if (before === after) return true;
  if (before.length !== after.length) return false;
  for (let place = 0; place < before.length; place += 1) {
    const one = before[place];
    const other = after[place];
    if (one === undefined || other === undefined || (one !== other && !isSame(one, other))) return false;
  }
  return true;
}

function tellsTheSame(before: NodeMachine, after: NodeMachine): boolean {
  return tells(before) === tells(after);
}

function isAlike(before: NodeClock, after: NodeClock): boolean {
  if (before.clock.status !== after.clock.status || before.clock.process !== after.clock.process) return false;
  if (before.kind === "system" || after.kind === "system") {
    return before.kind === after.kind && before.kind === "system" && after.kind === "system" && before.ha === after.ha;
  }
  return before.clock.ports === after.clock.ports && before.clock.parentDataSet === after.clock.parentDataSet;
}

/** What of a machine others depend on. */
function tells(machine: NodeMachine | undefined): unknown {
  switch (machine?.kind) {
    case "t-bc":
      return machine.begun?.clock.status;
    case "t-gm":
      return machine.clock.status;
    case "synce":
      return machine.device.status;
    case "ts2phc":
      return machine.statuses;
    case "chrony":
      return machine.clock.status;
    case "ntp-failover":
      return machine.failover.phase;
    case undefined:
      return undefined;
  }
}

function concludeSystemClock(
  state: NodeState,
  node: NodeSystemClock,
  now: Instant,
): { readonly node: NodeSystemClock; readonly changes: readonly NodeChange[] } {
  const { profile, configName: config, program: process } = node.watched;
  const clock = { process, profile, config, iface: "CLOCK_REALTIME" };
  const followed = node.ha && followSource(node.ha, state, now);
  const following = followed === undefined || followed.ha === node.ha ? node : withSource(node, followed, now);
  const source = systemSource(state, following);
  const { status, change } = stepCoupled(following.status, following.clock.status, source, now);
  const isSame = isSameStatus(node.status, status);
  return {
    node: isSame ? following : { ...following, status },
    changes: [
      ...(followed?.changes ?? []).map((each): NodeChange => ({ clock, of: "source", ...each })),
      ...(change === undefined ? [] : [{ clock, ...change }]),
    ],
  };
}

/** What was measured against another source says nothing about the one that is followed now. */
function withSource(node: NodeSystemClock, { ha, changes }: FollowStep, now: Instant): NodeSystemClock {
  const source = changes.findLast(({ from }) => from !== noSource)?.to;
  if (source === undefined) return { ...node, ha };
  const { clock } = stepSampledClock(node.clock, { kind: "another-source", source }, node.limits, now);
  return { ...node, ha, clock };
}

function dueMs({ clocks }: NodeState, overall: SyncStatus, now: Instant): number {
  const moments = clocks.flatMap((node) => [
    node.clock.status.holdoverEndsMs,
    ...(node.kind === "system" ? [node.status.holdoverEndsMs, node.ha?.decision?.nextTickMs] : []),
  ]);
  return earliestMs([...moments, overall.holdoverEndsMs], now) ?? Number.POSITIVE_INFINITY;
}
