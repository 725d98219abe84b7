import type { Instant, ProcessReport } from "@ptp/node";
import { hasGrammar, parseLogHeader, readFact, type LogFact } from "@ptp/ptp";
import { clockIfaces } from "../clock-ifaces.ts";
import type { SyncChange } from "../sync-machine.ts";
import { hearClock } from "./hear-clock.ts";
import { forgetLines, stepNodePtpClock, stepNodeSystemClock, type ClockStep, type NodeClock } from "./node-clock.ts";
import type { NodeInput } from "./node-input.ts";
import { aliasOf, clockOf, isUp, nodeView, ptpClockOf, type NodeState } from "./node-state.ts";
import { beginTbc, isTbcProfile, stepNodeTbc, tbcAsks, tbcHears, tbcHearsDpll, type TbcNodeStep } from "./node-tbc.ts";

/** A transition of one clock of the node. */
export interface NodeChange extends SyncChange {
  readonly clock: {
    readonly process: string;
    readonly profile: string;
    readonly config: string;
    /** As metrics name it: the alias of an interface, `CLOCK_REALTIME`. */
    readonly iface: string;
  };
}

/** Outcome of one step of a node. */
export interface NodeStep {
  readonly state: NodeState;
  readonly changes: readonly NodeChange[];
  /** What the line said, of a line that was understood. */
  readonly fact?: LogFact;
}

const noChanges: readonly NodeChange[] = [];

/**
 * Takes one input into what is known of a node. Pure: what runs live and what replays a recording are both this function,
 * so that they cannot disagree.
 */
export function stepNode(state: NodeState, input: NodeInput, now: Instant): NodeStep {
  switch (input.source) {
    case "line":
      return stepLine(state, input, now);
    case "management":
      return stepManagement(state, input, now);
    case "process":
      return stepProcess(state, input.report, now);
    case "tick":
      return tick(state, now);
    case "dpll":
      return stepDpllStatus(state, input, now);
    case "gnss":
      // No clock of today's takes it; it is recorded for the one that will.
      return { state, changes: noChanges };
  }
}

function stepLine(
  state: NodeState,
  { process, line }: Extract<NodeInput, { readonly source: "line" }>,
  now: Instant,
): NodeStep {
  const header = parseLogHeader(line);
  if (header === undefined) return { state, changes: noChanges };
  const fact = readFact(header.program, header.text);
  return stepFact(state, { process, program: header.program, fact }, now);
}

/** A line, read already. */
export interface ReadLine {
  /** Process key. */
  readonly process: string;
  /** The word in the line's header. */
  readonly program: string;
  /** Undefined if no form fits. */
  readonly fact: LogFact | undefined;
}

/** Takes in what a line says: the later half of `stepNode` for those who had to read the line themselves. */
export function stepFact(state: NodeState, { process, program, fact }: ReadLine, now: Instant): NodeStep {
  if (fact === undefined) return { state: hasGrammar(program) ? missed(state, program) : state, changes: noChanges };
  const place = state.placeByKey.get(process);
  const node = place === undefined ? undefined : state.clocks[place];
  const step = node === undefined ? undefined : hearClock(node, fact, now);
  if (place === undefined || step === undefined) return { state, changes: noChanges, fact };
  const { state: after, changes } = placed(state, place, step);
  const tbc = after.tbcs.size === 0 ? undefined : after.tbcs.get(process);
  if (tbc === undefined || node?.kind !== "ptp" || node.managed) return { state: after, changes, fact };
  const heard = withTbc({ state: after, changes }, process, stepNodeTbc(tbc, tbcHears(fact, node.watched), now));
  return { ...heard, fact };
}

function missed(state: NodeState, program: string): NodeState {
  const count = (state.parseMisses.get(program) ?? 0) + 1;
  return { ...state, parseMisses: new Map(state.parseMisses).set(program, count) };
}

function stepManagement(
  state: NodeState,
  { process, observations }: Extract<NodeInput, { readonly source: "management" }>,
  now: Instant,
): NodeStep {
  const place = state.placeByKey.get(process);
  const node = clockOf(state, process);
  if (place === undefined || node?.kind !== "ptp") return { state, changes: noChanges };
  const isSilent = observations.some(({ kind }) => kind === "silent");
  const answers = !isSilent && observations.some(({ kind }) => kind !== "tick");
  // What lines said before the first answer it tells anew, the ports with their states among it. Where it answers no
  // longer, lines are all there is.
  const managed = !isSilent && (node.managed || answers);
  const known =
    node.guessed && answers ? { ...node, guessed: false, clock: { ...node.clock, ports: new Map() } } : node;
  const step = stepNodePtpClock({ ...known, managed }, observations, now);
  const after = placed(state, place, step);
  const tbc = state.tbcs.get(process);
  if (tbc === undefined || step.node.kind !== "ptp") return after;
  const told = tbcAsks(observations, node.clock, step.node.clock);
  return withTbc(after, process, stepNodeTbc(tbc, told, now));
}

/** The first word of a DPLL of a T-BC's profile makes the clock. */
function stepDpllStatus(
  state: NodeState,
  { process, status }: Extract<NodeInput, { readonly source: "dpll" }>,
  now: Instant,
): NodeStep {
  const teller = state.plan.processes.find(({ key }) => key === process);
  const profile = state.profiles.find(({ name }) => name === teller?.profile);
  const watched = state.plan.ptp4lInstances.find((each) => each.profile === teller?.profile);
  const ptp = watched && ptpClockOf(state, watched.key);
  if (!teller || !profile || !watched || !ptp || !isTbcProfile(profile)) return { state, changes: noChanges };
  const { key } = watched;
  const givesTime = state.profiles.some(({ ptpSettings }) => ptpSettings?.["controllingProfile"] === profile.name);
  const { configName } = teller;
  const known = state.tbcs.get(key);
  const begun = known
    ? { state, changes: noChanges }
    : withTbc(
        { state, changes: noChanges },
        key,
        beginTbc({ profile, configName, watched, ptp, givesTime, heard: status }, now),
      );
  const tbc = begun.state.tbcs.get(key);
  return tbc === undefined ? begun : withTbc(begun, key, stepNodeTbc(tbc, tbcHearsDpll(status), now));
}

function withTbc({ state, changes }: NodeStep, key: string, { tbc, changes: more }: TbcNodeStep): NodeStep {
  const after = { ...state, tbcs: new Map(state.tbcs).set(key, tbc) };
  if (more.length === 0) return { state: after, changes };
  const { profile, configName: config, leadingInterface } = tbc;
  const clock = { process: "T-BC", profile, config, iface: aliasOf(state.plan, leadingInterface) };
  return { state: after, changes: [...changes, ...more.map((change) => ({ clock, ...change }))] };
}

function stepProcess(state: NodeState, report: ProcessReport, now: Instant): NodeStep {
  const { key } = report;
  const wasUp = isUp(state.processes.get(key));
  const seen = { ...state, processes: new Map(state.processes).set(key, report) };
  const place = state.placeByKey.get(key);
  const node = clockOf(state, key);
  if (place === undefined || node === undefined || wasUp === isUp(report)) return { state: seen, changes: noChanges };
  const after = placed(seen, place, stepUpOrDown(node, report, now));
  const tbc = state.tbcs.get(key);
  return tbc === undefined ? after : withTbc(after, key, stepNodeTbc(tbc, [upOrDown(report)], now));
}

function stepUpOrDown(node: NodeClock, report: ProcessReport, now: Instant): ClockStep {
  const observation = upOrDown(report);
  if (node.kind === "ptp") {
    return stepNodePtpClock({ ...node, managed: false, guessed: false }, [observation], now);
  }
  return stepNodeSystemClock(isUp(report) ? node : forgetLines(node), observation, now);
}

function upOrDown(report: ProcessReport) {
  if (isUp(report)) return { kind: "process-up" } as const;
  return { kind: "process-down", detail: downDetail(report) } as const;
}

function downDetail({ program, state, lastExit }: ProcessReport): string {
  const why = lastExit === "" ? "" : `: ${lastExit}`;
  return `${program} is ${state === "backoff" ? "down, restarting" : state}${why}`;
}

/** A ptp4l that answers is told the time at the end of a round only: a stalled agent must not take its own sleep for silence. */
function tick(state: NodeState, now: Instant): NodeStep {
  return tickClocks(state, now, (node) => node.kind !== "ptp" || !node.managed);
}

/** Tells the time to the clocks of a kind, by default to all. */
export function tickClocks(state: NodeState, now: Instant, hears: (node: NodeClock) => boolean = () => true): NodeStep {
  let after: NodeStep = { state, changes: noChanges };
  state.clocks.forEach((node, place) => {
    if (!hears(node)) return;
    const step = placed(after.state, place, tickClock(node, now));
    after =
      step.changes.length === 0
        ? { ...step, changes: after.changes }
        : { ...step, changes: [...after.changes, ...step.changes] };
  });
  for (const [key, tbc] of state.tbcs) {
    const node = clockOf(state, key);
    if (node !== undefined && hears(node)) after = withTbc(after, key, stepNodeTbc(tbc, [{ kind: "tick" }], now));
  }
  return after;
}

function tickClock(node: NodeClock, now: Instant): ClockStep {
  if (node.kind === "ptp") return stepNodePtpClock(node, [{ kind: "tick" }], now);
  return stepNodeSystemClock(node, { kind: "tick" }, now);
}

function placed(state: NodeState, place: number, { node, changes }: ClockStep): NodeStep {
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
