import type { Instant, NodeConfig, NodeProfile, ProcessReport } from "@ptp/node";
import { clockLimits, type ClockLimits } from "../clock-limits.ts";
import { beginHaWatch, keepHaWatch, type HaWatch } from "../ha/ha-watch.ts";
import type { NodeView, TelecomClockView } from "../node-view.ts";
import { stepPtpClock, type PtpClock } from "../ptp-clock.ts";
import { stepSampledClock } from "../sampled-clock.ts";
import {
  initialNodePtpClock,
  initialNodeSystemClock,
  systemClockLimits,
  type NodeClock,
  type NodePtpClock,
  type NodeSystemClock,
} from "./node-clock.ts";
import type { NodeTbc } from "./node-tbc.ts";
import type { WatchedPlan, WatchedProcess, WatchedPtp4l } from "./watched-plan.ts";

/** Everything known of a node's clocks: a plain value, stepped by inputs. */
export interface NodeState {
  readonly nodeName: string;
  readonly plan: WatchedPlan;
  readonly profiles: readonly NodeProfile[];
  readonly clocks: readonly NodeClock[];
  /** T-BCs by the process key of their receiving ptp4l; none until a DPLL of it is heard of. */
  readonly tbcs: ReadonlyMap<string, NodeTbc>;
  /** Place in `clocks` by the key of the process that tells of it. */
  readonly placeByKey: ReadonlyMap<string, number>;
  /** Last reports, by process key. */
  readonly processes: ReadonlyMap<string, ProcessReport>;
  /** Lines that no form of their program's grammar fits, by program. */
  readonly parseMisses: ReadonlyMap<string, number>;
}

const noPlan: WatchedPlan = { processes: [], ptp4lInstances: [], aliasByInterface: {} };

/** A node without a plan. */
export function initialNodeState(nodeName: string): NodeState {
  const empty = {
    profiles: [],
    clocks: [],
    tbcs: new Map(),
    placeByKey: new Map(),
    processes: new Map(),
    parseMisses: new Map(),
  };
  return { nodeName, plan: noPlan, ...empty };
}

/**
 * Goes on under another plan: a clock whose process, socket, domain and ports stay keeps what is known of it, the others
 * begin or are forgotten. One that begins hears that its process runs already, since nothing would tell it later. What new
 * limits make of a clock that stays, `tickClocks` finds.
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
        const ha = beginHaWatch(profile, plan.ptp4lInstances);
        return withHa(keptSystemClock(state, watched, limits(watched.profile), now), ha);
      }),
  ];
  const keys = new Set(plan.processes.map(({ key }) => key));
  return {
    ...state,
    plan,
    profiles: config.profiles,
    clocks,
    tbcs: keptTbcs(state, plan, config.profiles),
    placeByKey: new Map(clocks.map(({ watched }, place) => [watched.key, place])),
    processes: new Map([...state.processes].filter(([key]) => keys.has(key))),
  };
}

/** The clock that this process tells of. */
export function clockOf({ clocks, placeByKey }: NodeState, key: string): NodeClock | undefined {
  const place = placeByKey.get(key);
  return place === undefined ? undefined : clocks[place];
}

/** Of a ptp4l's clock what is known; undefined if this is no ptp4l. */
export function ptpClockOf(state: NodeState, key: string): PtpClock | undefined {
  const node = clockOf(state, key);
  return node?.kind === "ptp" ? node.clock : undefined;
}

/** What every reader shows. `processes`: reports of a supervisor that knows better than the inputs did. */
export function nodeView(state: NodeState, processes?: readonly ProcessReport[]): NodeView {
  return {
    nodeName: state.nodeName,
    ptpClocks: state.clocks.flatMap((node) => (node.kind === "ptp" ? [ptpView(node)] : [])),
    systemClocks: state.clocks.flatMap((node) => (node.kind === "system" ? [systemView(node)] : [])),
    processes: processes ?? [...state.processes.values()],
    aliasByInterface: state.plan.aliasByInterface,
    parseMisses: state.parseMisses,
    ...(state.tbcs.size > 0 && { telecomClocks: [...state.tbcs.values()].map((tbc) => telecomView(state, tbc)) }),
  };
}

/** Those T-BCs of which nothing was edited; another begins anew with the next word of its DPLL. */
function keptTbcs(state: NodeState, plan: WatchedPlan, profiles: readonly NodeProfile[]): NodeState["tbcs"] {
  const instanceIn = ({ ptp4lInstances }: WatchedPlan, key: string) => ptp4lInstances.find((each) => each.key === key);
  const profileIn = (all: readonly NodeProfile[], name: string) =>
    JSON.stringify(all.find((each) => each.name === name));
  const kept = [...state.tbcs].filter(([key, { profile }]) => {
    const [before, after] = [instanceIn(state.plan, key), instanceIn(plan, key)];
    if (before === undefined || after === undefined || !isSameClock(before, after)) return false;
    return profileIn(state.profiles, profile) === profileIn(profiles, profile);
  });
  return new Map(kept);
}

function ptpView({ watched: { profile, configName, interfaces }, clock }: NodePtpClock): NodeView["ptpClocks"][number] {
  return { profile, configName, interfaces, clock };
}

function telecomView({ plan, profiles }: NodeState, tbc: NodeTbc): TelecomClockView {
  const { profile, configName, leadingInterface, clock } = tbc;
  const givers = profiles.filter(({ ptpSettings }) => ptpSettings?.["controllingProfile"] === profile);
  const partProfiles = [profile, ...givers.map(({ name }) => name)];
  const iface = aliasOf(plan, leadingInterface);
  return { process: "T-BC", profile, partProfiles, configName, iface, status: clock.status };
}

/** What metrics call an interface. */
export function aliasOf({ aliasByInterface }: WatchedPlan, name: string): string {
  return (Object.hasOwn(aliasByInterface, name) ? aliasByInterface[name] : undefined) ?? name;
}

function systemView({ watched, clock, reading, ha }: NodeSystemClock): NodeView["systemClocks"][number] {
  const { profile, configName } = watched;
  return { profile, configName, clock, ...(reading && { reading }), ...(ha && { choice: ha.choice }) };
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

/** Whether a process is there to be heard of; one that never was told of is not. */
export function isUp(report: ProcessReport | undefined): boolean {
  return report?.state === "starting" || report?.state === "running";
}

/** Everything else of an instance says how its clock is shown, not which one it is. */
export function isSameClock(left: WatchedPtp4l, right: WatchedPtp4l): boolean {
  return (
    left.key === right.key &&
    left.socketPath === right.socketPath &&
    left.domainNumber === right.domainNumber &&
    left.interfaces.length === right.interfaces.length &&
    left.interfaces.every((name, place) => name === right.interfaces[place])
  );
}
