import type { Logger } from "@ptp/kit";
import type { Instant, NodeConfig, ProcessReport } from "@ptp/node";
import type { Ptp4lInstance, RunPlan } from "@ptp/plan";
import {
  clockReports,
  followPlan,
  initialNodeState,
  isAcquiring,
  isUp,
  nodeView,
  ptpClockOf,
  roundDueMs,
  runChoices,
  stepNode,
  tickClocks,
  tickDueMs,
  type NodeInput,
  type NodeState,
  type NodeStep,
} from "@ptp/truth";
import { isNewsOfPorts, offsetInLine, showsWork } from "./line-news.ts";
import { logChange } from "./log-change.ts";
import type { Observer } from "./observer.ts";
import type { ManagementQuery } from "./ptp4l-round.ts";
import { isReported } from "./reported-change.ts";
import { createTicker } from "./ticker.ts";
import { createWatchTable, type WatchTable, type WatchTableOptions } from "./watch-table.ts";

/** What an observer tells those who own processes and reports. */
export interface ObserverListener {
  /** The process does its work. */
  onReady(key: string): void;
  /** It lives but answers nothing. */
  onHung(key: string): void;
  onOffset(key: string, offsetNs: number): void;
  /** The clocks decided something else of what runs: `choices()` tells what. */
  onChoice(): void;
  /** Something that a report shows has changed; `clocks()` tells what. */
  onClocksChanged(): void;
  /** A ptp4l answers for the first time since its start. */
  onAnswering?(instance: Ptp4lInstance): void;
  /** What is known of the node is something else. */
  onState?(state: NodeState): void;
}

/** What an observer needs. */
export interface ObserverOptions {
  readonly nodeName: string;
  readonly query: ManagementQuery;
  /** Has a ptp4l tell of its changes; absent: it is asked and nothing else. */
  readonly subscribe?: WatchTableOptions["subscribe"];
  /** Reports of all processes, for the view. */
  readonly processes: () => readonly ProcessReport[];
  readonly listener: ObserverListener;
  /** Keeps what comes in, for a later replay; default: nobody does. */
  readonly record?: (input: NodeInput, at: Instant) => void;
  readonly clock: () => Instant;
  readonly log: Logger;
}

/** What an observer holds. */
interface Observation {
  readonly options: ObserverOptions;
  state: NodeState;
  readonly watches: WatchTable;
  /** Processes that wrote a line which shows that they work. */
  readonly heard: Set<string>;
  /** It was stopped: what ends from then on ends because the agent does, which is no news of a clock. */
  isOver: boolean;
}

/** Creates the observer: all inputs of the node meet its state here and nowhere else. */
export function createObserver(options: ObserverOptions): Observer {
  const { listener } = options;
  const watches = createWatchTable({
    ...options,
    onObservations: (process, observations) => take(own, { source: "management", process, observations }, process),
    onReady: (key, instance) => {
      listener.onReady(key);
      listener.onAnswering?.(instance);
    },
    onHung: (key) => listener.onHung(key),
    isAcquiring: (key) => isAcquiring(own.state, key),
    dueInMs: (key) => untilMs(own, (now) => roundDueMs(own.state, key, now)),
  });
  const state = initialNodeState(options.nodeName);
  const own: Observation = { options, state, watches, heard: new Set(), isOver: false };
  const ticker = createTicker({
    tick: () => take(own, { source: "tick" }),
    dueInMs: () => untilMs(own, (now) => tickDueMs(own.state, now)),
  });
  const view: Observer["view"] = () => nodeView(own.state, options.processes());
  return {
    onPlan: (plan, config) => {
      if (own.isOver) return;
      ticker.start();
      follow(own, plan, config);
    },
    onLine: (key, line) => hear(own, key, line),
    onProcessChange: (report) => noteProcess(own, report),
    onLeap: (observation) => void take(own, { source: "leap", observation }),
    onReading: (reading) => void take(own, reading),
    view,
    clocks: () => clockReports(view()),
    choices: () => runChoices(own.state),
    stop: async () => {
      own.isOver = true;
      ticker.stop();
      await watches.stop();
    },
  };
}

function untilMs({ options }: Observation, due: (now: Instant) => number | undefined): number | undefined {
  const now = options.clock();
  const dueMs = due(now);
  return dueMs === undefined ? undefined : dueMs - now.monotonicMs;
}

function follow(own: Observation, plan: RunPlan, config: NodeConfig): void {
  const { clock, processes, listener } = own.options;
  for (const report of processes()) take(own, { source: "process", report }, report.key);
  const now = clock();
  tell(own, tickClocks(followPlan(own.state, plan, config, now), now));
  for (const key of own.watches.follow(plan.ptp4lInstances)) {
    if (isUp(own.state.processes.get(key))) own.watches.get(key)?.restart(true);
  }
  listener.onClocksChanged();
}

/** Takes an input in; `key`: the process whose clock may be shown otherwise, or have measured, because of it. */
function take(own: Observation, input: NodeInput, key?: string): NodeStep {
  if (own.isOver) return { state: own.state, changes: [] };
  const { clock, record, listener } = own.options;
  const now = clock();
  record?.(input, now);
  const before = key === undefined ? undefined : ptpClockOf(own.state, key);
  const step = stepNode(own.state, input, now);
  tell(own, step);
  const after = key === undefined ? undefined : ptpClockOf(own.state, key);
  if (key === undefined || before === undefined || after === undefined) return step;
  const isMeasured = after.sample !== undefined && after.sample !== before.sample;
  if (isMeasured && input.source === "management") listener.onOffset(key, after.sample.offsetNs);
  // A change was told already.
  if (step.changes.length === 0 && isReported(before, after)) listener.onClocksChanged();
  return step;
}

function tell(own: Observation, { state, changes }: NodeStep): void {
  const { options } = own;
  own.state = state;
  options.listener.onState?.(state);
  if (changes.length === 0) return;
  for (const change of changes) {
    const { process, profile, config } = change.clock;
    const clock = process === "phc2sys" ? "CLOCK_REALTIME" : process;
    logChange(options.log, change, { clock, profile, config });
  }
  if (changes.some(({ of }) => of === "source" || of === "keeper")) options.listener.onChoice();
  options.listener.onClocksChanged();
}

function hear(own: Observation, key: string, line: string): void {
  const { listener } = own.options;
  const program = own.state.plan.processes.find((spec) => spec.key === key)?.program;
  if (program === undefined) return;
  const { fact } = take(own, { source: "line", process: key, line }, key);
  const offsetNs = offsetInLine(program, fact);
  if (offsetNs !== undefined) listener.onOffset(key, offsetNs);
  if (program === "ptp4l" && isNewsOfPorts(fact)) own.watches.get(key)?.wake();
  if (own.heard.has(key) || !showsWork(program, fact)) return;
  own.heard.add(key);
  if (program !== "ptp4l") listener.onReady(key);
}

function noteProcess(own: Observation, report: ProcessReport): void {
  const { key } = report;
  if (!isUp(report)) own.heard.delete(key);
  const wasUp = isUp(own.state.processes.get(key));
  if (wasUp !== isUp(report)) own.watches.get(key)?.restart(isUp(report));
  take(own, { source: "process", report }, key);
}
