import type { Instant, NodeConfig, NodeProfile, ProcessReport } from "@ptp/node";
import type { LogFact } from "@ptp/ptp";
import { clockLimits, type ClockLimits } from "../clock-limits.ts";
import { beginHaWatch, keepHaWatch, type HaWatch } from "../ha/ha-watch.ts";
import { initialLeapBook, type LeapBook } from "../leap/leap-book.ts";
import { leapView } from "../leap/leap-view.ts";
import type { NodeView } from "../node-view.ts";
import type { PartViews } from "../part-views.ts";
import { stepPtpClock } from "../ptp-clock.ts";
import { stepSampledClock } from "../sampled-clock.ts";
import {
  clockOf,
  initialNodePtpClock,
  initialNodeSystemClock,
  systemClockLimits,
  type NodePtpClock,
  type NodeSystemClock,
} from "./node-clock.ts";
import { keepGivenTime } from "./given-time.ts";
import type { Edited, MachineWorld, NodeChange } from "./node-machine.ts";
import { followMachines, noMachines, type MachineTable } from "./node-machines.ts";
import { machineViews } from "./machine-views.ts";
import { notConcluded, type Conclusions } from "./conclusions.ts";
import { systemViews } from "./system-view.ts";
import { isSameClock, isUp, type WatchedPlan, type WatchedProcess, type WatchedPtp4l } from "./watched-plan.ts";

/** Everything known of a node's clocks: a plain value, stepped by inputs. */
export interface NodeState extends MachineWorld, MachineTable, Conclusions {
  readonly nodeName: string;
  /** Lines that no form of their program's grammar fits, by program. */
  readonly parseMisses: ReadonlyMap<string, number>;
  readonly leap: LeapBook;
}

/** Outcome of one step of a node. */
export interface NodeStep {
  readonly state: NodeState;
  readonly changes: readonly NodeChange[];
  /** What the line said, of a line that was understood. */
  readonly fact?: LogFact;
}

const noPlan: WatchedPlan = { processes: [], ptp4lInstances: [], aliasByInterface: {} };

/** A node without a plan. */
export function initialNodeState(nodeName: string): NodeState {
  const empty = {
    profiles: [],
    clocks: [],
    placeByKey: new Map(),
    processes: new Map(),
    parseMisses: new Map(),
  };
  return {
    nodeName,
    plan: noPlan,
    ...empty,
    ...noMachines,
    ...notConcluded,
    leap: initialLeapBook({ monotonicMs: 0, unixMs: 0 }),
  };
}

/**
 * Goes on under another plan: a clock whose process, socket, domain and ports stay keeps what is known of it, the others
 * begin or are forgotten. One that begins hears that its process runs already, since nothing would tell it later. What new
 * limits make of a clock that stays, `tickClocks` finds, and of one that management tells of, its next round.
 */
export function followPlan(
  state: NodeState,
  plan: WatchedPlan,
  config: Pick<NodeConfig, "profiles">,
  now: Instant,
): NodeState {
  const limits = limitsByProfile(config.profiles);
  const clocks = [
    ...plan.ptp4lInstances.map((watched) => keptPtpClock(state, watched, limits(watched.profile), now)),
    ...plan.processes
      .filter(({ program }) => program === "phc2sys")
      .map((watched) => {
        const profile = config.profiles.find(({ name }) => name === watched.profile);
        const ha = beginHaWatch(profile, plan.ptp4lInstances, now);
        return withHa(keptSystemClock(state, watched, limits(watched.profile), now), ha);
      }),
  ];
  const keys = new Set(plan.processes.map(({ key }) => key));
  const followed = {
    ...state,
    dueMs: notConcluded.dueMs,
    plan,
    profiles: config.profiles,
    clocks,
    placeByKey: new Map(clocks.map(({ watched }, place) => [watched.key, place])),
    processes: new Map([...state.processes].filter(([key]) => keys.has(key))),
  };
  const machines = followMachines(state.machines, followed, editedBetween(state, followed), now);
  return keepGivenTime({ ...followed, ...machines });
}

function editedBetween(before: MachineWorld, after: MachineWorld): Edited {
  const instanceIn = ({ plan }: MachineWorld, key: string) => plan.ptp4lInstances.find((each) => each.key === key);
  return {
    ptp4l: (key) => {
      const [was, is] = [instanceIn(before, key), instanceIn(after, key)];
      return was === undefined || is === undefined || !isSameClock(was, is);
    },
  };
}

/** What every reader shows. `processes`: reports of a supervisor that knows better than the inputs did. */
export function nodeView(state: NodeState, processes?: readonly ProcessReport[]): NodeView {
  return {
    nodeName: state.nodeName,
    ...clockViews(state),
    processes: processes ?? [...state.processes.values()],
    parseMisses: state.parseMisses,
    ...limitsView(state),
    ...(state.placeByKey.size + state.machines.length > 0 && { overall: state.overall }),
    // Only ts2phc reads the list.
    ...(state.plan.processes.some(({ program }) => program === "ts2phc") && { leap: leapView(state.leap) }),
  };
}

/** The clocks of a node with what they are called. */
export function clockViews(
  state: NodeState,
): Pick<NodeView, "ptpClocks" | "systemClocks" | "aliasByInterface"> & PartViews {
  return {
    ptpClocks: state.clocks.flatMap((node) => (node.kind === "ptp" ? [ptpView(node)] : [])),
    systemClocks: systemViews(state),
    aliasByInterface: state.plan.aliasByInterface,
    ...machineViews(state),
  };
}

/** A profile that runs nothing has no clock that its limits could be for. */
function limitsView({ plan, profiles }: NodeState): Pick<NodeView, "limits"> {
  const planned = new Set(plan.processes.map(({ profile }) => profile));
  const limits = profiles
    .filter(({ name }) => planned.has(name))
    .map((profile) => ({ profile: profile.name, ...clockLimits(profile) }));
  return limits.length === 0 ? {} : { limits };
}

function ptpView({ watched: { profile, configName, interfaces }, clock }: NodePtpClock): NodeView["ptpClocks"][number] {
  return { profile, configName, interfaces, clock };
}

function limitsByProfile(profiles: readonly NodeProfile[]): (profile: string) => ClockLimits {
  const byName = new Map(profiles.map((profile) => [profile.name, profile]));
  return (name) => clockLimits(byName.get(name) ?? {});
}

function keptPtpClock(state: NodeState, watched: WatchedPtp4l, limits: ClockLimits, now: Instant): NodePtpClock {
  const before = clockOf(state, watched.key);
  if (before?.kind === "ptp" && isSameClock(before.watched, watched)) return { ...before, watched, limits };
  const created = initialNodePtpClock(watched, limits, now);
  if (!isUp(state.processes.get(watched.key))) return created;
  return { ...created, clock: stepPtpClock(created.clock, { kind: "process-up" }, limits, now).clock };
}

function keptSystemClock(
  state: NodeState,
  watched: WatchedProcess,
  limits: ClockLimits,
  now: Instant,
): NodeSystemClock {
  const before = clockOf(state, watched.key);
  if (before?.kind === "system") return { ...before, watched, limits: systemClockLimits(limits) };
  const created = initialNodeSystemClock(watched, limits, now);
  if (!isUp(state.processes.get(watched.key))) return created;
  return { ...created, clock: stepSampledClock(created.clock, { kind: "process-up" }, created.limits, now).clock };
}

function withHa({ ha: before, ...node }: NodeSystemClock, begun: HaWatch | undefined): NodeSystemClock {
  const ha = keepHaWatch(before, begun);
  return { ...node, ...(ha && { ha }) };
}
