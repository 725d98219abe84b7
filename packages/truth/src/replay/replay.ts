import type { Instant, NodeConfig } from "@ptp/node";
import { eventValues, type EventValue } from "../event-values.ts";
import type { NodeView } from "../node-view.ts";
import { newEvents, placeOfEvent } from "../node/node-events.ts";
import type { NodeInput } from "../node/node-input.ts";
import type { NodeChange } from "../node/node-machine.ts";
import { followPlan, initialNodeState, nodeView, type NodeState, type NodeStep } from "../node/node-state.ts";
import { stepFact, stepNode, tickClocks } from "../node/step-node.ts";
import { isUp, type WatchedPlan } from "../node/watched-plan.ts";
import { parseRecordedInput } from "./recorded-input.ts";
import {
  createProcessFinder,
  readReplayLine,
  replayedReport,
  type FindProcess,
  type ReplayLine,
} from "./replay-line.ts";
import { createTimeline, type Timeline } from "./timeline.ts";

/** What a replay needs. */
export interface ReplayOptions {
  readonly nodeName: string;
  readonly plan: WatchedPlan;
  readonly config: Pick<NodeConfig, "profiles">;
}

/** A change with the event values that it makes new. */
export interface ReplayedChange {
  readonly change: NodeChange;
  readonly events: readonly EventValue[];
}

/** A line that was read and waits for its time. */
export interface ReplayEntry {
  readonly at: Instant;
  readonly said: ReplayLine | NodeInput;
}

/** A node whose inputs come from a recording instead of its programs. */
export interface Replay {
  /**
   * Takes the next line of a recording: a JSON line of an agent's, a program's line, or an event line of the existing
   * daemon, the latter two with an optional RFC 3339 or klog prefix.
   *
   * @param arrivalMs When it came, for lines that do not tell their time.
   */
  push(line: string, arrivalMs?: number): readonly ReplayedChange[];
  /** The earlier half of `push`: reads a line; undefined for one that says nothing. Entries are applied in their order. */
  read(line: string, arrivalMs?: number): ReplayEntry | undefined;
  /** The later half of `push`. */
  apply(entry: ReplayEntry): readonly ReplayedChange[];
  /** Lets time go on to a moment that is not later than the next entry's. */
  reach(ms: number): readonly ReplayedChange[];
  /** Lets time go on without a line; a later line's stamp counts from then. */
  advance(byMs: number): readonly ReplayedChange[];
  view(): NodeView;
  state(): NodeState;
  /** Time of the last line on the recording's own scale, in milliseconds; undefined before the first. */
  nowMs(): number | undefined;
}

const noChanges: readonly ReplayedChange[] = [];
const tickMs = 1_000;

/** A longer silence is ticked through in steps as large as this many need. */
const maxTicks = 3_600;

/** Creates a replay. Deterministic: time comes from the lines, and nothing else is looked at. */
export function createReplay({ nodeName, plan, config }: ReplayOptions): Replay {
  const timeline = createTimeline();
  const find = createProcessFinder(plan);
  const world: ReplayWorld = { state: initialNodeState(nodeName), events: [], tickedMs: undefined };
  const begin = (now: Instant): void => {
    if (world.tickedMs !== undefined) return;
    world.tickedMs = now.monotonicMs;
    world.state = followPlan(world.state, plan, config, now);
  };
  // Before the first line the clocks are there, and nothing is known of them.
  world.state = followPlan(world.state, plan, config, { monotonicMs: 0, unixMs: 0 });
  const reach = (now: Instant): readonly ReplayedChange[] => {
    begin(now);
    return catchUp(world, now);
  };
  const read: Replay["read"] = (line, arrivalMs) => readEntry(line, { timeline, find, arrivalMs });
  const apply: Replay["apply"] = ({ at, said }) => {
    const before = reach(at);
    const after = "source" in said ? take(world, stepNode(world.state, said, at)) : takeLine(world, said, at);
    return before.length === 0 ? after : [...before, ...after];
  };
  return {
    read,
    apply,
    push: (line, arrivalMs) => {
      const entry = read(line, arrivalMs);
      return entry === undefined ? noChanges : apply(entry);
    },
    reach: (ms) => (world.tickedMs === undefined ? noChanges : reach(instant(ms))),
    advance: (byMs) => (world.tickedMs === undefined ? noChanges : reach(instant(timeline.advance(byMs)))),
    view: () => nodeView(world.state),
    state: () => world.state,
    nowMs: () => timeline.nowMs(),
  };
}

interface EntryReading {
  readonly timeline: Timeline;
  readonly find: FindProcess;
  readonly arrivalMs: number | undefined;
}

function readEntry(line: string, { timeline, find, arrivalMs }: EntryReading): ReplayEntry | undefined {
  if (line.startsWith("{")) {
    const recorded = parseRecordedInput(line);
    if (recorded === undefined) return undefined;
    const { at, input } = recorded;
    return { at: { monotonicMs: timeline.at({}, at.monotonicMs / 1000), unixMs: at.unixMs }, said: input };
  }
  const said = readReplayLine(line, find);
  return said && { at: instant(timeline.at(said.prefix, said.stampS, arrivalMs)), said };
}

interface ReplayWorld {
  state: NodeState;
  /** As told last. */
  events: readonly EventValue[];
  /** Up to when clocks were told the time; undefined before the first line. */
  tickedMs: number | undefined;
}

function instant(ms: number): Instant {
  return { monotonicMs: ms, unixMs: ms };
}

/** A line shows that its process runs; the existing daemon's event lines are inputs of their own. */
function takeLine(world: ReplayWorld, line: ReplayLine, now: Instant): readonly ReplayedChange[] {
  const { program, fact, process } = line;
  if (process === undefined) {
    world.state = stepFact(world.state, { process: "", program, fact }, now).state;
    return noChanges;
  }
  if (fact?.kind === "process-status") return takeProcess(world, process.key, { up: fact.up, now, process });
  const input = statusInput(process.key, fact);
  if (input !== undefined) return take(world, stepNode(world.state, input, now));
  const started =
    program !== process.program || isUp(world.state.processes.get(process.key))
      ? noChanges
      : takeProcess(world, process.key, { up: true, now, process });
  const heard = take(world, stepFact(world.state, { process: process.key, program, fact }, now));
  return started.length === 0 ? heard : [...started, ...heard];
}

function statusInput(process: string, fact: ReplayLine["fact"]): NodeInput | undefined {
  if (fact?.kind === "dpll-status") return { source: "dpll", process, status: fact };
  return fact?.kind === "gnss-status" ? { source: "gnss", process, status: fact } : undefined;
}

interface ProcessNews {
  readonly up: boolean;
  readonly now: Instant;
  readonly process: NonNullable<ReplayLine["process"]>;
}

function takeProcess(world: ReplayWorld, key: string, { up, now, process }: ProcessNews): readonly ReplayedChange[] {
  const report = replayedReport(process, world.state.processes.get(key), { up, unixMs: now.unixMs });
  return take(world, stepNode(world.state, { source: "process", report }, now));
}

/** Ticks as a running agent would, so that what silence means is seen when it is due. */
function catchUp(world: ReplayWorld, now: Instant): readonly ReplayedChange[] {
  const from = world.tickedMs ?? now.monotonicMs;
  const gapMs = now.monotonicMs - from;
  if (gapMs < tickMs) return noChanges;
  const stepMs = Math.max(tickMs, Math.ceil(gapMs / maxTicks));
  const ahead = now.unixMs - now.monotonicMs;
  const changes: ReplayedChange[] = [];
  let last = from;
  for (let ms = from + stepMs; ms <= now.monotonicMs; ms += stepMs) {
    last = ms;
    changes.push(...take(world, tickClocks(world.state, { monotonicMs: ms, unixMs: ms + ahead })));
  }
  world.tickedMs = last;
  return changes;
}

function take(world: ReplayWorld, { state, changes }: NodeStep): readonly ReplayedChange[] {
  world.state = state;
  if (changes.length === 0) return noChanges;
  const view = nodeView(state);
  const events = newEvents(world.events, view);
  world.events = eventValues(view);
  const places = events.map((event) => placeOfEvent(event, changes));
  return changes.map((change, place) => ({ change, events: events.filter((_, index) => places[index] === place) }));
}
