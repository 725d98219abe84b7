import type { Backoff, Logger } from "@ptp/kit";
import type { Instant, ProcessReport } from "@ptp/node";
import type { ProcessSpec } from "@ptp/plan";
import type { OpenStreamPair } from "../host/stream-pair.ts";
import type { TerminationReason } from "./exit-record.ts";
import {
  initialMachine,
  stepMachine,
  type MachineEffect,
  type MachineEvent,
  type MachineState,
  type MachineTimer,
} from "./process-machine.ts";
import type { Child } from "./spawn-child.ts";
import { attemptStart, type Attempt } from "./start-attempt.ts";

/** What is remembered of a process when its spec changes. */
export interface ProcessHistory {
  readonly starts: number;
  readonly lastExit: string;
}

/** What a managed process needs of its surroundings. */
export interface ManagedProcessOptions {
  readonly spec: ProcessSpec;
  readonly history: ProcessHistory;
  /** Complete environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: () => Instant;
  readonly backoff: Backoff;
  /** Time between SIGTERM and SIGKILL. */
  readonly stopLimitMs: number;
  /** Time up after which the back-off starts over. */
  readonly healthyMs: number;
  readonly log: Logger;
  readonly onLine: (line: string) => void;
  /** Makes what its output goes through; default: Node's pipes. */
  readonly openPair?: OpenStreamPair | undefined;
  /** Called after each change of what `report` gives. */
  readonly onChange: (report: ProcessReport) => void;
}

/** One supervised program: starts again with back-off until it is stopped. */
export interface ManagedProcess {
  readonly spec: () => ProcessSpec;
  /** Takes the form a new plan gives it; what is different of it must not matter to the program that runs. */
  adopt(spec: ProcessSpec): void;
  start(): void;
  /** Ends it for good; resolves when it is gone. */
  stop(reason: Exclude<TerminationReason, "hung">): Promise<void>;
  /** Ends it in order to start it again. */
  markHung(): void;
  /** It does its work. */
  markReady(): void;
  /** Kills at once what runs of it. */
  kill(): void;
  readonly report: () => ProcessReport;
  history(): ProcessHistory;
}

/** What changes of a process while it is managed. */
interface Managed {
  spec: ProcessSpec;
  machine: MachineState;
  /** The run whose end is waited for. */
  child: Child | undefined;
  sinceUnixMs: number;
  lastExit: string;
  waiters: (() => void)[];
}

/** Creates the rim around the state machine of one process: it carries out effects and feeds events back. */
export function createManagedProcess(options: ManagedProcessOptions): ManagedProcess {
  const { spec, history, clock, onChange } = options;
  const { starts, lastExit } = history;
  const managed: Managed = {
    spec,
    machine: initialMachine(starts),
    child: undefined,
    sinceUnixMs: clock().unixMs,
    lastExit,
    waiters: [],
  };
  const dispatch = createDispatch(managed, options);
  return {
    spec: () => managed.spec,
    adopt: (next) => {
      const isRenamed = next.configName !== managed.spec.configName;
      managed.spec = next;
      if (isRenamed) onChange(reportOf(managed));
    },
    start: () => dispatch({ kind: "start" }),
    stop: (reason) => {
      dispatch({ kind: "stop", reason });
      return whenStopped(managed);
    },
    markHung: () => dispatch({ kind: "stop", reason: "hung" }),
    markReady: () => dispatch({ kind: "ready" }),
    kill: () => managed.child?.signalGroup("SIGKILL"),
    report: () => reportOf(managed),
    history: () => ({ starts: managed.machine.starts, lastExit: managed.lastExit }),
  };
}

function whenStopped(managed: Managed): Promise<void> {
  if (managed.machine.phase.kind === "stopped") return Promise.resolve();
  return new Promise((resolve) => managed.waiters.push(resolve));
}

type Dispatch = (event: MachineEvent) => void;

function createDispatch(managed: Managed, options: ManagedProcessOptions): Dispatch {
  const timer = createSingleTimer((name) => dispatch({ kind: "timer", timer: name }), options);
  function dispatch(event: MachineEvent): void {
    const before = managed.machine;
    const { state, effects } = stepMachine(before, event);
    managed.machine = state;
    for (const effect of effects) performEffect(effect, managed, { timer, options, dispatch });
    if (before.phase === state.phase) return;
    if (before.phase.kind !== state.phase.kind) managed.sinceUnixMs = options.clock().unixMs;
    options.onChange(reportOf(managed));
    if (state.phase.kind !== "stopped") return;
    for (const resolve of managed.waiters) resolve();
    managed.waiters = [];
  }
  return dispatch;
}

function reportOf({ spec, machine, sinceUnixMs, lastExit }: Managed): ProcessReport {
  const { key, program, profile, configName } = spec;
  const { phase, starts } = machine;
  const pid = "pid" in phase ? phase.pid : undefined;
  return {
    key,
    program,
    profile,
    configName,
    state: phase.kind,
    ...(pid === undefined ? {} : { pid }),
    starts,
    sinceUnixMs,
    lastExit,
  };
}

interface EffectTools {
  readonly timer: SingleTimer;
  readonly options: ManagedProcessOptions;
  readonly dispatch: Dispatch;
}

function performEffect(effect: MachineEffect, managed: Managed, { timer, options, dispatch }: EffectTools): void {
  const { child, spec } = managed;
  switch (effect.kind) {
    case "spawn":
      void attemptStart({ ...options, spec }, attemptOf(managed, dispatch));
      break;
    case "terminate":
      // To the leader alone: a program with children of its own ends them in its own order.
      child?.signal("SIGTERM");
      break;
    case "kill":
      options.log.warn("process did not obey SIGTERM and is killed", { process: spec.key, pid: effect.pid });
      child?.signalGroup("SIGKILL");
      break;
    case "abandon":
      options.log.error("process cannot be killed and is left behind", { process: spec.key, pid: effect.pid });
      managed.lastExit = `${spec.key} did not end when it was killed: it waits in the kernel`;
      managed.child = undefined;
      break;
    case "timer":
      timer.arm(effect.timer);
      break;
    case "reset-backoff":
      options.backoff.reset();
      break;
  }
}

function attemptOf(managed: Managed, dispatch: Dispatch): Attempt {
  return {
    stillWanted: () => managed.machine.phase.kind === "starting",
    reason: () => managed.machine.reason ?? "crashed",
    onChild: (child) => void (managed.child = child),
    isCurrent: (pid) => managed.child?.pid === pid,
    dispatch: (event, exit) => {
      if (exit !== undefined) managed.lastExit = exit;
      dispatch(event);
    },
  };
}

/** A killed process is gone at once, unless it waits for a device or a disk. */
const abandonMs = 2_000;

interface SingleTimer {
  arm(timer: MachineTimer | "none"): void;
}

function createSingleTimer(onTimer: (timer: MachineTimer) => void, options: ManagedProcessOptions): SingleTimer {
  let handle: NodeJS.Timeout | undefined;
  const delays: Readonly<Record<MachineTimer, () => number>> = {
    stop: () => options.stopLimitMs,
    abandon: () => abandonMs,
    backoff: () => options.backoff.next(),
    healthy: () => options.healthyMs,
  };
  return {
    arm: (timer) => {
      clearTimeout(handle);
      if (timer !== "none") handle = setTimeout(() => onTimer(timer), delays[timer]());
    },
  };
}
