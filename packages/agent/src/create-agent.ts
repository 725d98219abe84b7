import { createHash, randomUUID } from "node:crypto";
import { createHttpPart, createRegistry, metricsRoute, type Part, type Routes } from "@ptp/kit";
import type { EventSettings, HostFacts } from "@ptp/node";
import type { Registry } from "prom-client";
import type { AgentInput } from "./agent-input.ts";
import { agentVersion } from "./agent-version.ts";
import { nodeReport } from "./apply/node-report.ts";
import { createController, type Controller } from "./controller/create-controller.ts";
import { createAgentCore, type AgentCore } from "./create-agent-core.ts";
import { createAgentEvents } from "./events/create-events-keeper.ts";
import type { EventsKeeper } from "./events/events-keeper.ts";
import { hostRoot } from "./host/host-root.ts";
import { createSimulatedReadings } from "./host/simulated-readings.ts";
import { createSessionMetrics, type SessionMetrics } from "./metrics/session-metrics.ts";
import { createSamplePublisher } from "./metrics/publish-samples.ts";
import { agentProbes, type ProbeState } from "./probes/agent-probes.ts";
import { retriedPart } from "./probes/retried-part.ts";
import { ownerMark, sweepLeftovers } from "./process/owner-mark.ts";
import { recordingPart } from "./record/recording-part.ts";
import { createReplayAgent } from "./replay/create-replay-agent.ts";
import type { ConfigSource, SourceContext } from "./source/config-source.ts";
import { createDiagnosis, type DiagnosedTarget } from "./source/diagnose.ts";
import { createFileSource } from "./source/file-source.ts";
import { operatorTarget } from "./source/operator-target.ts";
import { createSessionSource } from "./source/session-source.ts";
import { sourcePart } from "./source/source-part.ts";
import { createTokenDesk, type TokenDesk } from "./source/token-desk.ts";
import { loadAcceptedState } from "./state-dir/accepted-state.ts";
import { stateLockPart } from "./state-dir/state-lock.ts";

/** An agent, ready to be run. */
export interface Agent {
  /** In start order. */
  readonly parts: readonly Part[];
  /** Ends at once what still runs when the parts are over. */
  killAll(): void;
}

/** Facts change rarely and configs bring their own look; this is for a program installed meanwhile. */
const recheckMs = 30_000;

/** Links go up and down, adapters come and go; nobody waits for it. */
const inventoryMs = 60_000;

/** Puts an agent together; nothing happens before its parts are started. */
export function createAgent(input: AgentInput): Agent {
  const { options, log } = input;
  if (options.replay !== undefined)
    return createReplayAgent(input, options.replay.source, options.replay.profileFolder);
  const registry = createRegistry();
  const core = createAgentCore(input, registry);
  const session = options.source.kind === "file" ? undefined : createSessionMetrics(registry, options.nodeName);
  const controller = createControllerOf(input, session);
  const tokens = createTokenDesk({ monotonicMs: () => performance.now() });
  const source = createSource(input, core, { session, controller, tokens });
  const events = createAgentEvents(
    input,
    () => core.observer.view(),
    (token) => tokens.ask(token),
  );
  events.configure(eventSettings(input, core));
  core.onReportable(() => {
    source.reportChanged();
    events.configure(eventSettings(input, core));
    events.touch();
  });
  const probes = { ...options.probeBind, routes: agentProbes(() => probeState(core)) };
  const { metricsBind, metricsTls: tls } = options;
  const metrics = { ...metricsBind, routes: metricsRoutes(core, registry, events), ...(tls && { tls }) };
  return {
    killAll: () => core.supervisor.killAll(),
    parts: [
      stateLockPart(options.stateDirectory, options.nodeName),
      leftoversPart(input),
      processesPart(input, core),
      retriedPart(createHttpPart({ name: "probes", ...probes, log }), log),
      retriedPart(createHttpPart({ name: "metrics", ...metrics, log }), log),
      ...(controller?.parts ?? []),
      events,
      ...simulatedHardwareParts(input, core),
      recordingPart({ ring: core.recording, stateDirectory: options.stateDirectory, signals: process, log }),
      sourcePart(source),
    ],
  };
}

/** Events as the config in force has them. */
function eventSettings({ options }: AgentInput, { applier }: AgentCore): EventSettings | undefined {
  const settings = applier.inForce()?.accepted.issued.config.events;
  return options.events.isForced ? { ...settings, enableEventPublisher: true } : settings;
}

/** Series are made when they are asked for; those of events are the events process's. */
function metricsRoutes({ observer }: AgentCore, registry: Registry, events: EventsKeeper): Routes {
  const publisher = createSamplePublisher(registry);
  const reply = metricsRoute(registry);
  return {
    "GET /metrics": async () => {
      publisher.publish(observer.view());
      const { body = "", ...rest } = await reply();
      return { ...rest, body: body + events.exposition() };
    },
  };
}

/** Ports that read hardware themselves are none yet. */
function simulatedHardwareParts({ options }: AgentInput, { observer }: AgentCore): readonly Part[] {
  if (options.simulatedHardware === undefined) return [];
  const readings = createSimulatedReadings(options.simulatedHardware);
  return [
    {
      name: "simulated hardware",
      start: () => Promise.resolve(readings.open((reading) => observer.onReading(reading))),
      stop: () => Promise.resolve(readings.close()),
    },
  ];
}

/** Before anything is started: what a former agent left holds sockets and ports. */
function leftoversPart({ options, pid, log }: AgentInput): Part {
  const mark = ownerMark(options.nodeName, options.stateDirectory);
  const { procPath } = hostRoot(options.hostRootPath);
  return {
    name: "leftovers",
    start: async () => void (await sweepLeftovers({ mark, procPath, ownPid: pid, log })),
    stop: () => Promise.resolve(),
  };
}

/** Runs what was accepted before at once; the operator may be away. */
function processesPart({ options, log }: AgentInput, core: AgentCore): Part {
  const { supervisor, observer, management, applier, inventory, leap } = core;
  const timers: NodeJS.Timeout[] = [];
  return {
    name: "processes",
    start: async () => {
      await leap.start();
      await applier.resume(await loadAcceptedState(options.stateDirectory, options.nodeName, log));
      inventory.refresh();
      timers.push(setInterval(() => applier.recheck(), recheckMs));
      timers.push(setInterval(() => leap.recheck(), recheckMs));
      timers.push(setInterval(() => inventory.refresh(), inventoryMs));
    },
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      // Those who watch first: programs that end with their agent are no news, and none of them is to be written to.
      const unwatched = management.stop(observer.stop());
      await Promise.all([unwatched, applier.stop(), inventory.stop(), supervisor.stopAll()]);
      await leap.stop();
    },
  };
}

function probeState({ supervisor, applier }: AgentCore): ProbeState {
  const inForce = applier.inForce();
  return {
    applied: inForce !== undefined,
    profileCount: inForce?.outcomes.length ?? 0,
    processes: supervisor.processes(),
    isHeld: (key) => supervisor.isHeld(key),
    aliasByInterface: inForce?.plan.aliasByInterface ?? {},
  };
}

function createControllerOf(input: AgentInput, session: SessionMetrics | undefined): Controller | undefined {
  const { source } = input.options;
  if (source.kind !== "controller") return undefined;
  return createController(input, source.controller, () => session?.isUp() === true);
}

/** What has to do with an operator. */
interface Operatorship {
  readonly session: SessionMetrics | undefined;
  readonly controller: Controller | undefined;
  readonly tokens: TokenDesk;
}

function createSource(
  { options, log }: AgentInput,
  core: AgentCore,
  { session, controller, tokens }: Operatorship,
): ConfigSource {
  const { supervisor, observer, applier, management, inventory, leap } = core;
  const { nodeName, source } = options;
  const context: SourceContext = {
    offer: (offer) => applier.offer(offer),
    report: () => {
      const notices = [...management.notices(), ...leap.notices()];
      const processes = supervisor.processes();
      const told = { inForce: applier.inForce(), clocks: observer.clocks(), processes, notices };
      const report = nodeReport({ ...told, leapSeconds: leap.report() });
      const found = inventory.current();
      return found === undefined ? report : { ...report, inventory: found };
    },
  };
  if (source.kind === "file") {
    const sha256Hex = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
    return createFileSource({ ...context, nodeName, folder: source.folder, plugins: options.plugins, sha256Hex, log });
  }
  const target: DiagnosedTarget = source.kind === "session" ? source : { operator: controller?.operator ?? "" };
  const noFacts: HostFacts = { nodeName, programs: {}, interfaces: [] };
  return createSessionSource({
    ...context,
    nodeName,
    target: () => operatorTarget(target.operator, target.tls),
    diagnose: createDiagnosis(target, () => applier.inForce() !== undefined),
    onSession: (news) => session?.note(news),
    tokens,
    agentVersion,
    instanceId: randomUUID(),
    acceptedRevision: () => applier.inForce()?.accepted.issued.revision ?? "",
    facts: () => applier.facts() ?? noFacts,
    random: Math.random,
    log,
  });
}
