import type { Logger } from "@ptp/kit";
import type { Instant, NodeConfig, NodeProfile, ProcessReport } from "@ptp/node";
import type { Ptp4lInstance, RunPlan } from "@ptp/plan";
import { clockLimits, clockReports, type ClockLimits, type NodeView } from "@ptp/truth";
import { readPhc2sysLine, readPtp4lLine, understands } from "./line-reading.ts";
import type { Observer } from "./observer.ts";
import { createPtpClockKeeper, type PtpClockKeeper } from "./ptp-clock-keeper.ts";
import type { ManagementQuery } from "./ptp4l-watch.ts";
import { createSystemClockKeeper, type SystemClockKeeper } from "./system-clock-keeper.ts";

/** What an observer tells those who own processes and reports. */
export interface ObserverListener {
  /** The process does its work. */
  onReady(key: string): void;
  /** It lives but answers nothing. */
  onHung(key: string): void;
  onOffset(key: string, offsetNs: number): void;
  /** Something that a report shows has changed; `clocks()` tells what. */
  onClocksChanged(): void;
}

/** What an observer needs. */
export interface ObserverOptions {
  readonly nodeName: string;
  readonly query: ManagementQuery;
  /** Reports of all processes, for the view. */
  readonly processes: () => readonly ProcessReport[];
  readonly listener: ObserverListener;
  readonly clock: () => Instant;
  readonly log: Logger;
}

/** Creates the observer: one keeper per ptp4l instance and per phc2sys. */
export function createObserver(options: ObserverOptions): Observer {
  const ptpClocks = new Map<string, PtpClockKeeper>();
  const systemClocks = new Map<string, SystemClockKeeper>();
  const heard = new Set<string>();
  let plan: RunPlan | undefined;
  const view = (): NodeView => ({
    nodeName: options.nodeName,
    ptpClocks: [...ptpClocks.values()].map((keeper) => keeper.view()),
    systemClocks: [...systemClocks.values()].map((keeper) => keeper.view()),
    processes: options.processes(),
    aliasByInterface: plan?.aliasByInterface ?? {},
  });
  return {
    onPlan: (next, config) => {
      plan = next;
      followPlan(options, { ptpClocks, systemClocks }, { plan: next, config });
      options.listener.onClocksChanged();
    },
    onLine: (key, line) => {
      const program = plan?.processes.find((spec) => spec.key === key)?.program;
      if (program === "ptp4l") hearPtp4l(options, ptpClocks.get(key), { key, line });
      if (program === "phc2sys") hearPhc2sys(options, systemClocks.get(key), { key, line });
      if (program === undefined || heard.has(key) || !understands(program, line)) return;
      heard.add(key);
      if (program !== "ptp4l") options.listener.onReady(key);
    },
    onProcessChange: (report) => {
      if (report.state !== "running" && report.state !== "starting") heard.delete(report.key);
      ptpClocks.get(report.key)?.onProcess(report);
      systemClocks.get(report.key)?.onProcess(report);
    },
    view,
    clocks: () => clockReports(view()),
    stop: async () => {
      await Promise.all([...ptpClocks.values(), ...systemClocks.values()].map((keeper) => keeper.stop()));
    },
  };
}

/** The keepers of all clocks, by process key. */
interface Keepers {
  readonly ptpClocks: Map<string, PtpClockKeeper>;
  readonly systemClocks: Map<string, SystemClockKeeper>;
}

function followPlan(
  options: ObserverOptions,
  { ptpClocks, systemClocks }: Keepers,
  { plan, config }: { readonly plan: RunPlan; readonly config: NodeConfig },
): void {
  const limits = limitsByProfile(config);
  replaceKeepers(ptpClocks, plan.ptp4lInstances, (instance, before) =>
    keepPtpClock(options, instance, limits(instance.profile), before),
  );
  const phc2sys = plan.processes.filter(({ program }) => program === "phc2sys");
  replaceKeepers(systemClocks, phc2sys, (spec, before) => {
    before?.follow(spec, limits(spec.profile));
    if (before !== undefined) return before;
    return informed(
      options,
      spec,
      createSystemClockKeeper({ ...reporting(options), spec, limits: limits(spec.profile) }),
    );
  });
}

/** A new keeper of a process that runs already hears so: nothing would tell it later. */
function informed<K extends { onProcess(report: ProcessReport): void }>(
  { processes }: ObserverOptions,
  { key }: { readonly key: string },
  keeper: K,
): K {
  const report = processes().find((each) => each.key === key);
  if (report !== undefined) keeper.onProcess(report);
  return keeper;
}

function limitsByProfile(config: NodeConfig): (profile: string) => ClockLimits {
  const profiles: ReadonlyMap<string, NodeProfile> = new Map(config.profiles.map((profile) => [profile.name, profile]));
  return (name) => clockLimits(profiles.get(name) ?? {});
}

/** Makes the table hold exactly the wanted ones; what stays keeps its keeper and with it its state. */
function replaceKeepers<W extends { readonly key: string }, K extends { stop(): Promise<void> }>(
  keepers: Map<string, K>,
  wanted: readonly W[],
  keep: (wanted: W, before: K | undefined) => K,
): void {
  const keys = new Set(wanted.map(({ key }) => key));
  for (const [key, keeper] of keepers) {
    if (keys.has(key)) continue;
    keepers.delete(key);
    void keeper.stop();
  }
  for (const each of wanted) {
    const before = keepers.get(each.key);
    const after = keep(each, before);
    if (before !== undefined && before !== after) void before.stop();
    keepers.set(each.key, after);
  }
}

function keepPtpClock(
  options: ObserverOptions,
  instance: Ptp4lInstance,
  limits: ClockLimits,
  before: PtpClockKeeper | undefined,
): PtpClockKeeper {
  if (before?.follow(instance, limits) === true) return before;
  const { listener, query } = options;
  const keeper = createPtpClockKeeper({
    ...reporting(options),
    instance,
    limits,
    query,
    onReady: () => listener.onReady(instance.key),
    onHung: () => listener.onHung(instance.key),
    onOffset: (offsetNs) => listener.onOffset(instance.key, offsetNs),
  });
  return informed(options, instance, keeper);
}

function hearPtp4l(
  options: ObserverOptions,
  keeper: PtpClockKeeper | undefined,
  heard: { key: string; line: string },
): void {
  const reading = readPtp4lLine(heard.line);
  if (reading === undefined || keeper === undefined) return;
  if (reading.servo !== undefined) keeper.onServo(reading.servo);
  if (reading.offsetNs !== undefined) options.listener.onOffset(heard.key, reading.offsetNs);
  if (reading.wakes) keeper.wake();
}

function hearPhc2sys(
  options: ObserverOptions,
  keeper: SystemClockKeeper | undefined,
  heard: { key: string; line: string },
): void {
  const measurement = readPhc2sysLine(heard.line);
  if (measurement === undefined || keeper === undefined) return;
  keeper.onMeasurement(measurement);
  options.listener.onOffset(heard.key, measurement.reading.offsetNs);
}

/** What keepers share: the time, and how a change of state is told. */
function reporting({ clock, listener, log }: ObserverOptions): {
  readonly clock: () => Instant;
  readonly log: Logger;
  readonly onReported: () => void;
} {
  return { clock, log, onReported: () => listener.onClocksChanged() };
}
