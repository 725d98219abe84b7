import { createBackoff, messageOf, type Logger } from "@ptp/kit";
import type { Instant, ProcessReport, ProgramName } from "@ptp/node";
import { isSameProcess, type PlanAction, type ProcessSpec } from "@ptp/plan";
import type { OpenStreamPair } from "../host/stream-pair.ts";
import type { TerminationReason } from "./exit-record.ts";
import {
  createManagedProcess,
  type ManagedProcess,
  type ManagedProcessOptions,
  type ProcessHistory,
} from "./managed-process.ts";
import { removeRunFiles } from "./run-files.ts";

/** What those who observe processes tell the supervisor. Calls for an unknown key do nothing. */
export interface ProcessControl {
  /** The process does its work (its readiness condition came true). */
  reportReady(key: string): void;
  /** The process measured an offset: may release those that wait for one. */
  reportOffset(key: string, offsetNs: number): void;
  /** The process lives but does no work: it is ended and started again. */
  reportHung(key: string): void;
  /** All processes, sorted by key. */
  processes(): readonly ProcessReport[];
}

/** The owner of all programs of this agent. */
export interface Supervisor extends ProcessControl {
  /** Specs in force: what the next plan is compared with. */
  specs(): readonly ProcessSpec[];
  /** True while a process waits for its start condition. */
  isHeld(key: string): boolean;
  /** Carries out a plan's difference; resolves when what was stopped is gone and what is started was issued. */
  apply(actions: readonly PlanAction[]): Promise<void>;
  /**
   * Takes what a new plan says of processes that stay (`isSameProcess`): whom they depend on, what they wait for and are
   * called. One that has nothing to wait for any more starts.
   */
  adopt(specs: readonly ProcessSpec[]): void;
  /** Ends all, dependents first, and starts nothing any more; resolves when they are gone. */
  stopAll(): Promise<void>;
  /** The last resort of an agent that ends: kills at once what still runs. */
  killAll(): void;
}

/** Who hears of lines and changes. */
export interface SupervisorListener {
  onLine(key: string, line: string): void;
  onProcessChange(report: ProcessReport): void;
}

/** What a supervisor needs. */
export interface SupervisorOptions {
  readonly listener: SupervisorListener;
  /** Complete environment of the programs, the owner mark included. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes what their output goes through; default: Node's pipes. */
  readonly openPair?: OpenStreamPair;
  readonly clock: () => Instant;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** Time between SIGTERM and SIGKILL by program; default 5000. */
  readonly stopLimitMs?: Readonly<Partial<Record<ProgramName, number>>>;
  /** First delay before a restart; default 250. */
  readonly initialBackoffMs?: number;
}

const defaultStopLimitMs = 5_000;
const maxBackoffMs = 30_000;
const healthyMs = 60_000;

/** Entry of the supervisor's table. */
interface Entry {
  readonly process: ManagedProcess;
  /** Waits for its start condition. */
  held: boolean;
}

/** Creates a supervisor that runs nothing yet. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const table = createProcessTable(options);
  const find = (key: string): Entry | undefined => table.entries.get(key);
  const specs = (): ProcessSpec[] => [...table.entries.values()].map(({ process }) => process.spec());
  return {
    specs,
    adopt: (wanted) => {
      for (const spec of wanted) adoptSpec(find(spec.key), spec, table);
    },
    isHeld: (key) => find(key)?.held ?? false,
    processes: () =>
      [...table.entries.values()].map(({ process }) => process.report()).sort((a, b) => (a.key < b.key ? -1 : 1)),
    apply: async (actions) => {
      const stops = new Map(actions.flatMap((action) => (action.kind === "stop" ? [[action.key, action.reason]] : [])));
      const starts = actions.flatMap((action) => (action.kind === "start" ? [action.spec] : []));
      const staying = specs().filter(({ key }) => !stops.has(key));
      const keep = new Set([...staying, ...starts].flatMap(pathsOf));
      await stopInOrder(specs(), new Set(stops.keys()), (key) =>
        table.stop(key, stops.get(key) === "config-changed" ? "config-changed" : "stopped", keep),
      );
      for (const spec of starts) table.start(spec);
    },
    stopAll: () => {
      table.close();
      return stopInOrder(specs(), new Set(table.entries.keys()), (key) => table.stop(key, "shutdown", new Set()));
    },
    killAll: () => {
      for (const { process } of table.entries.values()) process.kill();
    },
    reportReady: (key) => find(key)?.process.markReady(),
    reportHung: (key) => find(key)?.process.markHung(),
    reportOffset: (key, offsetNs) => {
      for (const entry of table.entries.values()) {
        if (entry.held && releases(entry.process.spec(), key, offsetNs)) table.release(entry);
      }
    },
  };
}

/** The processes by key, and the three ways to change them. */
interface ProcessTable {
  readonly entries: ReadonlyMap<string, Entry>;
  start(spec: ProcessSpec): void;
  release(entry: Entry): void;
  stop(key: string, reason: Exclude<TerminationReason, "hung">, keep: ReadonlySet<string>): Promise<void>;
  /** No start has an effect from now on. */
  close(): void;
}

function createProcessTable(options: SupervisorOptions): ProcessTable {
  const entries = new Map<string, Entry>();
  const histories = new Map<string, ProcessHistory>();
  let closed = false;
  return {
    entries,
    close: () => {
      closed = true;
    },
    start: (spec) => {
      if (closed) return;
      const process = createManagedProcess(processOptions(spec, histories.get(spec.key), options));
      histories.delete(spec.key);
      const held = spec.startCondition.kind !== "at-once";
      entries.set(spec.key, { process, held });
      if (held) options.listener.onProcessChange(process.report());
      else process.start();
    },
    release: (entry) => {
      entry.held = false;
      if (!closed) entry.process.start();
    },
    stop: async (key, reason, keep) => {
      const entry = entries.get(key);
      if (entry === undefined) return;
      entry.held = false;
      await entry.process.stop(reason);
      entries.delete(key);
      if (reason === "config-changed") histories.set(key, entry.process.history());
      try {
        await removeRunFiles(entry.process.spec(), keep);
      } catch (error) {
        options.log.warn("files of an ended process could not be removed", { process: key, error: messageOf(error) });
      }
    },
  };
}

function adoptSpec(entry: Entry | undefined, spec: ProcessSpec, table: ProcessTable): void {
  if (entry === undefined || !isSameProcess(entry.process.spec(), spec)) return;
  entry.process.adopt(spec);
  if (entry.held && spec.startCondition.kind === "at-once") table.release(entry);
}

/** Files and FIFOs: two processes may use the same one, such as a key or a FIFO's two ends. */
function pathsOf({ files, fifos = [] }: ProcessSpec): readonly string[] {
  return [...files.map(({ path }) => path), ...fifos];
}

function releases({ startCondition }: ProcessSpec, key: string, offsetNs: number): boolean {
  return (
    startCondition.kind === "offset-below" &&
    startCondition.processes.includes(key) &&
    Math.abs(offsetNs) < startCondition.limitNs
  );
}

/** Stops the named processes at the same time, each as soon as the ones that depend on it are gone. */
async function stopInOrder(
  specs: readonly ProcessSpec[],
  keys: ReadonlySet<string>,
  stop: (key: string) => Promise<void>,
): Promise<void> {
  const stops = new Map<string, Promise<void>>();
  const stopAfterDependents = (key: string): Promise<void> => {
    const underway = stops.get(key);
    if (underway !== undefined) return underway;
    const dependents = specs.filter((spec) => keys.has(spec.key) && spec.dependsOn.includes(key));
    const stopping = Promise.all(dependents.map((spec) => stopAfterDependents(spec.key))).then(() => stop(key));
    stops.set(key, stopping);
    return stopping;
  };
  await Promise.all([...keys].map(stopAfterDependents));
}

function processOptions(
  spec: ProcessSpec,
  history: ProcessHistory | undefined,
  { listener, env, openPair, clock, log, random, stopLimitMs, initialBackoffMs = 250 }: SupervisorOptions,
): ManagedProcessOptions {
  return {
    spec,
    history: history ?? { starts: 0, lastExit: "" },
    env,
    openPair,
    clock,
    log,
    backoff: createBackoff({ initialMs: initialBackoffMs, maxMs: maxBackoffMs, random }),
    stopLimitMs: stopLimitMs?.[spec.program] ?? defaultStopLimitMs,
    healthyMs,
    onLine: (line) => listener.onLine(spec.key, line),
    onChange: (report) => listener.onProcessChange(report),
  };
}
