import { messageOf, type Backoff, type Logger } from "@ptp/kit";
import type { Instant, ProcessReport } from "@ptp/node";
import type { ProcessSpec } from "@ptp/plan";
import { describeExit, type TerminationReason } from "./exit-record.ts";
import { createLastWords } from "./last-words.ts";
import {
  initialMachine,
  stepMachine,
  type MachineEffect,
  type MachineEvent,
  type MachineState,
  type MachineTimer,
} from "./process-machine.ts";
import { prepareRunFiles } from "./run-files.ts";
import { signalGroup, signalProcess } from "./signal-group.ts";
import { spawnChild, type ChildExit } from "./spawn-child.ts";

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
  /** Called after each change of what `report` gives. */
  readonly onChange: (report: ProcessReport) => void;
}

/** One supervised program: starts again with back-off until it is stopped. */
export interface ManagedProcess {
  readonly spec: ProcessSpec;
  start(): void;
  /** Ends it for good; resolves when it is gone. */
  stop(reason: Exclude<TerminationReason, "hung">): Promise<void>;
  /** Ends it in order to start it again. */
  markHung(): void;
  /** It does its work. */
  markReady(): void;
  readonly report: () => ProcessReport;
  history(): ProcessHistory;
}

/** Creates the rim around the state machine of one process: it carries out effects and feeds events back. */
export function createManagedProcess(options: ManagedProcessOptions): ManagedProcess {
  const { spec } = options;
  const run = createProcessRun(options);
  return {
    spec,
    start: () => run.dispatch({ kind: "start" }),
    stop: (reason) => {
      run.dispatch({ kind: "stop", reason });
      return run.whenStopped();
    },
    markHung: () => run.dispatch({ kind: "stop", reason: "hung" }),
    markReady: () => run.dispatch({ kind: "ready" }),
    report: run.report,
    history: () => ({ starts: run.state().starts, lastExit: run.lastExit() }),
  };
}

interface ProcessRun {
  dispatch(event: MachineEvent): void;
  state(): MachineState;
  lastExit(): string;
  whenStopped(): Promise<void>;
  readonly report: () => ProcessReport;
}

function createProcessRun(options: ManagedProcessOptions): ProcessRun {
  const { spec, clock, onChange } = options;
  let state = initialMachine(options.history.starts);
  let sinceUnixMs = clock().unixMs;
  let { lastExit } = options.history;
  let waiters: (() => void)[] = [];
  const timer = createSingleTimer((name) => dispatch({ kind: "timer", timer: name }), options);
  const report = (): ProcessReport => reportOf(spec, state, { sinceUnixMs, lastExit });
  const attempt = (): void => {
    void attemptStart(options, {
      stillWanted: () => state.phase.kind === "starting",
      reason: () => state.reason ?? "crashed",
      dispatch: (event, exit) => {
        if (exit !== undefined) lastExit = exit;
        dispatch(event);
      },
    });
  };
  const perform = (effect: MachineEffect): void => performEffect(effect, { attempt, timer, options });
  function dispatch(event: MachineEvent): void {
    const before = state;
    const step = stepMachine(state, event);
    state = step.state;
    for (const effect of step.effects) perform(effect);
    if (before.phase === state.phase) return;
    if (before.phase.kind !== state.phase.kind) sinceUnixMs = clock().unixMs;
    onChange(report());
    if (state.phase.kind !== "stopped") return;
    for (const resolve of waiters) resolve();
    waiters = [];
  }
  const whenStopped = (): Promise<void> =>
    state.phase.kind === "stopped" ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve));
  return { dispatch, state: () => state, lastExit: () => lastExit, whenStopped, report };
}

function reportOf(
  { key, program, profile, configName }: ProcessSpec,
  { phase, starts }: MachineState,
  rest: { readonly sinceUnixMs: number; readonly lastExit: string },
): ProcessReport {
  const pid = "pid" in phase ? phase.pid : undefined;
  return {
    key,
    program,
    profile,
    configName,
    state: phase.kind,
    ...(pid === undefined ? {} : { pid }),
    starts,
    ...rest,
  };
}

interface EffectTools {
  readonly attempt: () => void;
  readonly timer: SingleTimer;
  readonly options: ManagedProcessOptions;
}

function performEffect(effect: MachineEffect, { attempt, timer, options }: EffectTools): void {
  switch (effect.kind) {
    case "spawn":
      attempt();
      break;
    case "terminate":
      // To the leader alone: a program with children of its own ends them in its own order.
      signalProcess(effect.pid, "SIGTERM");
      break;
    case "kill":
      options.log.warn("process did not obey SIGTERM and is killed", { process: options.spec.key, pid: effect.pid });
      signalGroup(effect.pid, "SIGKILL");
      break;
    case "timer":
      timer.arm(effect.timer);
      break;
    case "reset-backoff":
      options.backoff.reset();
      break;
  }
}

interface SingleTimer {
  arm(timer: MachineTimer | "none"): void;
}

function createSingleTimer(onTimer: (timer: MachineTimer) => void, options: ManagedProcessOptions): SingleTimer {
  let handle: NodeJS.Timeout | undefined;
  const delays: Readonly<Record<MachineTimer, () => number>> = {
    stop: () => options.stopLimitMs,
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

interface Attempt {
  readonly stillWanted: () => boolean;
  readonly reason: () => TerminationReason;
  /** `exit` is what the record says from now on. */
  readonly dispatch: (event: MachineEvent, exit?: string) => void;
}

/** One run of the program, from writing its files to its end. Never rejects: what goes wrong is an event. */
async function attemptStart(options: ManagedProcessOptions, attempt: Attempt): Promise<void> {
  const { spec, clock, log } = options;
  const words = createLastWords();
  const startedMs = clock().monotonicMs;
  const end = (exit: Pick<ChildExit, "code" | "signal"> & { failure?: string }): string => {
    const durationMs = clock().monotonicMs - startedMs;
    const text = describeExit(spec.key, { ...exit, reason: attempt.reason(), durationMs, lastWords: words.lines() });
    if (attempt.reason() === "crashed" || attempt.reason() === "hung") log.error(text, { profile: spec.profile });
    else log.info(text, { profile: spec.profile });
    return text;
  };
  try {
    await prepareRunFiles(spec);
    if (!attempt.stillWanted()) return attempt.dispatch({ kind: "not-spawned" });
    const pid = await spawnChild({
      command: [...spec.wrapper, ...spec.argv],
      env: options.env,
      onLine: (line) => {
        words.add(line);
        options.onLine(line);
      },
      onExit: (exit) => {
        if (exit.truncatedLines > 0) log.warn("lines were cut", { process: spec.key, lines: exit.truncatedLines });
        attempt.dispatch({ kind: "exited" }, end(exit));
      },
    });
    log.info(`${spec.key} started`, { profile: spec.profile, pid, argv: spec.argv.join(" ") });
    attempt.dispatch({ kind: "spawned", pid });
    if (spec.readiness.kind === "alive") attempt.dispatch({ kind: "ready" });
  } catch (error) {
    attempt.dispatch({ kind: "not-spawned" }, end({ code: null, signal: null, failure: messageOf(error) }));
  }
}
