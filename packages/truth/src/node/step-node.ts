import type { Instant, ProcessReport } from "@ptp/node";
import { hasGrammar, parseLogHeader, readFact, type LogFact } from "@ptp/ptp";
import { allowedLeapSources } from "../leap/allowed-leap-sources.ts";
import { leapChanges } from "../leap/leap-changes.ts";
import { stepLeapBook, type LeapObservation } from "../leap/leap-book.ts";
import { conclude } from "./conclude.ts";
import { hearClock } from "./hear-clock.ts";
import {
  clockOf,
  forgetLines,
  stepNodePtpClock,
  stepNodeSystemClock,
  type ClockStep,
  type NodeClock,
} from "./node-clock.ts";
import type { NodeInput } from "./node-input.ts";
import type { MachineNews, NodeChange } from "./node-machine.ts";
import { hasLineHearers, tellMachines, tickMachines } from "./node-machines.ts";
import type { NodeState, NodeStep } from "./node-state.ts";
import { placed } from "./placed-clock.ts";
import { isUp, upOrDown } from "./watched-plan.ts";

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
      return conclude(state, stepManagement(state, input, now), now);
    case "process":
      return conclude(state, stepProcess(state, input.report, now), now);
    case "tick":
      return tickClocks(state, now);
    case "dpll":
      return heard(state, { kind: "dpll", key: input.process, status: input.status }, now);
    case "gnss":
      return heard(state, { kind: "gnss", key: input.process, status: input.status }, now);
    case "leap":
      return conclude(state, hearLeap(state, input.observation, now), now);
  }
}

const nobody: ReadonlySet<number> = new Set();

/** The same state if it changes nothing: a list that is as it was, or a second that passes. */
function hearLeap(state: NodeState, observation: LeapObservation, now: Instant): NodeStep {
  // Seconds pass often, and no receiver tells of them.
  const allowed = observation.kind === "tick" ? nobody : allowedLeapSources(state.profiles);
  const leap = stepLeapBook(state.leap, observation, allowed, now);
  if (leap === state.leap) return { state, changes: noChanges };
  return { state: { ...state, leap }, changes: leapChanges(state.leap, leap, state.plan, now) };
}

/** News that no clock of ptp4l or phc2sys takes. */
function heard(state: NodeState, news: Exclude<MachineNews, { readonly kind: "tick" }>, now: Instant): NodeStep {
  return conclude(state, told({ state, changes: noChanges }, news, now), now);
}

function told(step: NodeStep, news: Exclude<MachineNews, { readonly kind: "tick" }>, now: Instant): NodeStep {
  return joined(step, tellMachines(step.state, news, now));
}

function joined({ changes: before }: NodeStep, { state, changes }: NodeStep): NodeStep {
  if (before.length === 0) return { state, changes };
  return { state, changes: changes.length === 0 ? before : [...before, ...changes] };
}

function stepLine(
  state: NodeState,
  { process, line }: Extract<NodeInput, { readonly source: "line" }>,
  now: Instant,
): NodeStep {
  const header = parseLogHeader(line) ?? bareHeader(state, process, line);
  if (header === undefined) return { state, changes: noChanges };
  const fact = readFact(header.program, header.text);
  return stepFact(state, { process, program: header.program, fact }, now);
}

/** chronyd writes no name in front of its lines. */
function bareHeader({ plan }: NodeState, key: string, text: string): { program: string; text: string } | undefined {
  const program = plan.processes.find((each) => each.key === key)?.program;
  return program === "chronyd" ? { program, text } : undefined;
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
  const after = place === undefined || step === undefined ? { state, changes: noChanges } : placed(state, place, step);
  const whole = hasLineHearers(state, process) ? told(after, { kind: "line", key: process, fact }, now) : after;
  const concluded = conclude(state, whole, now);
  return { state: concluded.state, changes: concluded.changes, fact };
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
  if (step.node.kind !== "ptp" || state.machinesByKey.size === 0) return after;
  const clocks = { before: node.clock, after: step.node.clock };
  return told(after, { kind: "management", key: process, observations, ...clocks }, now);
}

function stepProcess(state: NodeState, report: ProcessReport, now: Instant): NodeStep {
  const { key } = report;
  const wasUp = isUp(state.processes.get(key));
  const seen = { ...state, processes: new Map(state.processes).set(key, report) };
  const place = state.placeByKey.get(key);
  const node = clockOf(state, key);
  if (wasUp === isUp(report)) return { state: seen, changes: noChanges };
  const after =
    place === undefined || node === undefined
      ? { state: seen, changes: noChanges }
      : placed(seen, place, stepUpOrDown(node, report, now));
  return told(after, { kind: "process", key, report }, now);
}

function stepUpOrDown(node: NodeClock, report: ProcessReport, now: Instant): ClockStep {
  const observation = upOrDown(report);
  if (node.kind === "ptp") {
    return stepNodePtpClock({ ...node, managed: false, guessed: false }, [observation], now);
  }
  return stepNodeSystemClock(isUp(report) ? node : forgetLines(node), observation, now);
}

/**
 * Tells the time to all clocks but those of a ptp4l that answers, which are told at the end of a round only: a stalled agent
 * must not take its own sleep for silence. Other limits of theirs count from then on.
 */
export function tickClocks(state: NodeState, now: Instant): NodeStep {
  let after = hearLeap(state, { kind: "tick" }, now);
  state.clocks.forEach((node, place) => {
    if (hearsTime(node)) after = joined(after, placed(after.state, place, tickClock(node, now)));
  });
  const ticked = tickMachines(after.state, now, ({ ticksWith }) => {
    const node = ticksWith === undefined ? undefined : clockOf(state, ticksWith);
    return node === undefined || hearsTime(node);
  });
  return conclude(state, joined(after, ticked), now);
}

/** Whether each tick tells the clock the time: those of a ptp4l that answers wait for the end of its round. */
export function hearsTime(node: NodeClock): boolean {
  return node.kind !== "ptp" || !node.managed;
}

function tickClock(node: NodeClock, now: Instant): ClockStep {
  if (node.kind === "ptp") return stepNodePtpClock(node, [{ kind: "tick" }], now);
  return stepNodeSystemClock(node, { kind: "tick" }, now);
}
