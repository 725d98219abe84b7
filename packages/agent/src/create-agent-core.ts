import type { Instant } from "@ptp/node";
import { leapFilePath } from "@ptp/plan";
import type { Registry } from "prom-client";
import type { AgentInput } from "./agent-input.ts";
import { createAgentManagement, type AgentManagement } from "./create-agent-management.ts";
import { createApplier, type Applier } from "./apply/applier.ts";
import { createHostFactsCollector } from "./host/collect-host-facts.ts";
import { hostRoot } from "./host/host-root.ts";
import { createLinuxEthtool } from "./host/linux-ethtool.ts";
import { createLinuxStreamPairs } from "./host/stream-pair.ts";
import { assignProfiles } from "./nic/assign-profiles.ts";
import { createDeviceCollector } from "./nic/collect-devices.ts";
import type { DevicePorts } from "./nic/device-ports.ts";
import { createLeapKeeper, type LeapKeeper, type LeapKeeperOptions } from "./leap/leap-keeper.ts";
import { createInventoryKeeper, type InventoryKeeper } from "./nic/inventory-keeper.ts";
import { createObserver } from "./observe/create-observer.ts";
import type { Observer } from "./observe/observer.ts";
import { createLinePrinter, type LinePrinter } from "./process/line-printer.ts";
import { ownerMark } from "./process/owner-mark.ts";
import { createInputRing, type InputRing } from "./record/input-ring.ts";
import { createSupervisor, type Supervisor } from "./process/supervisor.ts";
import { saveAcceptedState } from "./state-dir/accepted-state.ts";

/** What runs programs and watches them. */
export interface AgentCore {
  readonly supervisor: Supervisor;
  readonly observer: Observer;
  readonly management: AgentManagement;
  readonly applier: Applier;
  readonly inventory: InventoryKeeper;
  readonly leap: LeapKeeper;
  /** The last inputs of the observer. */
  readonly recording: InputRing;
  /** Sets who hears that a report would now tell something else. */
  onReportable(listener: () => void): void;
}

/** The time, read in one place. */
function readClock(): Instant {
  return { monotonicMs: performance.now(), unixMs: Date.now() };
}

/** Wires supervisor, observer and applier; nothing runs yet. */
export function createAgentCore(input: AgentInput, registry: Registry): AgentCore {
  let reportable = (): void => undefined;
  const changed = (): void => reportable();
  const { log, sink, options } = input;
  const ports: DevicePorts = { root: hostRoot(options.hostRootPath), ethtool: createLinuxEthtool() };
  const printer = createLinePrinter({ sink, clock: readClock, log });
  const onFacts = (): void => applier.recheck();
  const management = createAgentManagement(input, registry, { changed, onFacts });
  const supervisor: Supervisor = createAgentSupervisor(input, printer, () => ({ observer, changed }));
  const recording = createInputRing(options.recordBytes);
  const onChoice = (): void => applier.rechoose();
  const leap: LeapKeeper = createAgentLeap(input, { hear: (told) => observer.onLeap(told), changed });
  const heard = { supervisor, management, recording, leap };
  const observer: Observer = createAgentObserver(input, { ...heard, changed, onChoice });
  const onApplied = (): void => {
    changed();
    // Which profile uses a port is part of what is told of it.
    inventory.refresh();
  };
  const around = { supervisor, management, observer, printer, leap, ports, onApplied };
  const applier: Applier = createAgentApplier(input, around);
  const inventory: InventoryKeeper = createAgentInventory(ports, applier, { changed, log });
  const onReportable: AgentCore["onReportable"] = (listener) => void (reportable = listener);
  return { supervisor, observer, management, applier, inventory, leap, recording, onReportable };
}

function createAgentInventory(
  ports: DevicePorts,
  applier: Applier,
  { changed, log }: Pick<AgentInput, "log"> & { readonly changed: () => void },
): InventoryKeeper {
  const collector = createDeviceCollector(ports);
  return createInventoryKeeper({
    collect: async () => {
      const found = await collector.collect();
      const instances = applier.inForce()?.plan.ptp4lInstances ?? [];
      return { ...found, devices: assignProfiles(found.devices, instances) };
    },
    onChange: changed,
    log,
  });
}

/** Supervisor and observer hear of each other: the observer is looked up when the first line comes. */
function createAgentSupervisor(
  { options, log, path }: AgentInput,
  printer: LinePrinter,
  listeners: () => { readonly observer: Observer; readonly changed: () => void },
): Supervisor {
  return createSupervisor({
    listener: {
      onLine: (key, line) => {
        printer.printLine(key, line);
        listeners().observer.onLine(key, line);
      },
      onProcessChange: (report) => {
        printer.noteProcess(report);
        listeners().observer.onProcessChange(report);
        listeners().changed();
      },
    },
    env: { PATH: path, LC_ALL: "C", ...ownerMark(options.nodeName, options.stateDirectory) },
    openPair: createLinuxStreamPairs(),
    clock: readClock,
    random: Math.random,
    log,
  });
}

function createAgentObserver(
  { options, log }: AgentInput,
  {
    supervisor,
    management,
    recording,
    leap,
    changed,
    onChoice,
  }: Pick<AgentCore, "supervisor" | "management" | "recording" | "leap"> & Record<"changed" | "onChoice", () => void>,
): Observer {
  return createObserver({
    nodeName: options.nodeName,
    query: management.queries.query,
    subscribe: management.subscribe,
    processes: () => supervisor.processes(),
    listener: {
      onReady: (key) => supervisor.reportReady(key),
      // Where nothing can be asked, no answer says nothing of ptp4l.
      onHung: (key) => void (management.queries.notice() === undefined && supervisor.reportHung(key)),
      onOffset: (key, offsetNs) => supervisor.reportOffset(key, offsetNs),
      onChoice,
      onClocksChanged: changed,
      onAnswering: management.onAnswering,
      onState: (state) => {
        management.onState(state);
        leap.onBook(state.leap);
      },
    },
    record: (observed, at) => recording.push(observed, at),
    clock: readClock,
    log,
  });
}

/** Where a system keeps its own list. */
const systemLeapListPath = "/usr/share/zoneinfo/leap-seconds.list";

function createAgentLeap({ options, log }: AgentInput, heard: Pick<LeapKeeperOptions, "hear" | "changed">): LeapKeeper {
  const { nodeName, stateDirectory } = options;
  const paths = { path: leapFilePath(nodeName), systemPath: systemLeapListPath };
  return createLeapKeeper({ ...paths, ...heard, stateDirectory, nowUnixMs: Date.now, log });
}

interface ApplierSurroundings {
  readonly supervisor: Supervisor;
  readonly management: AgentManagement;
  readonly observer: Observer;
  readonly printer: LinePrinter;
  readonly leap: LeapKeeper;
  readonly ports: DevicePorts;
  readonly onApplied: () => void;
}

function createAgentApplier({ options, log }: AgentInput, around: ApplierSurroundings): Applier {
  const onLateAnswer = (): void => applier.recheck();
  const facts = createHostFactsCollector({ ...options, ...around.ports, onLateAnswer });
  const applier: Applier = createApplier({
    nodeName: options.nodeName,
    supervisor: around.supervisor,
    collectFacts: async () => around.management.knowledge.complete(await facts.collect()),
    choices: () => around.observer.choices(),
    save: (state) => saveAcceptedState(options.stateDirectory, state),
    onPlan: (plan, config) => {
      around.management.follow(plan.ptp4lInstances);
      around.printer.configure(plan.processes, config.profiles);
      around.observer.onPlan(plan, config);
      around.leap.follow(plan, config);
    },
    onChange: around.onApplied,
    log,
  });
  const stop: Applier["stop"] = async () => {
    await applier.stop();
    facts.stop();
  };
  return { ...applier, stop };
}
