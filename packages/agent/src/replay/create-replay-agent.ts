import { createHttpPart, createRegistry, messageOf, metricsRoute, type Part, type Routes } from "@ptp/kit";
import { createReplay, type NodeView, type Replay, type ReplayedChange } from "@ptp/truth";
import type { AgentInput } from "../agent-input.ts";
import type { Agent } from "../create-agent.ts";
import { createAgentEvents } from "../events/create-events-keeper.ts";
import type { EventsKeeper } from "../events/events-keeper.ts";
import { createSamplePublisher } from "../metrics/publish-samples.ts";
import { logChange } from "../observe/log-change.ts";
import { agentProbes, type ProbeState } from "../probes/agent-probes.ts";
import { feedReplay, type ReplaySource } from "./replay-feed.ts";
import { readReplayPlan, type ReplayPlan } from "./replay-plan.ts";

/** What is there once the profiles are read. */
interface ReplayWorld {
  readonly replay: Replay;
  readonly planned: ReplayPlan;
}

/**
 * An agent whose programs are a recording: the same pipeline, metrics and probes, but nothing is started, no host is looked at
 * and nothing is stored.
 */
export function createReplayAgent(input: AgentInput, source: ReplaySource, profileFolder: string): Agent {
  const { options, log } = input;
  const registry = createRegistry();
  const state: { world?: ReplayWorld } = {};
  const { metricsBind, probeBind, metricsTls: tls } = options;
  const events = createAgentEvents(input, () => state.world?.replay.view() ?? emptyView(options.nodeName));
  events.configure(options.events.isForced ? { enableEventPublisher: true } : undefined);
  const metrics = { ...metricsBind, routes: metricsRoutes(registry, state, events), ...(tls && { tls }) };
  const probes = { ...probeBind, routes: agentProbes(() => probeState(state.world)) };
  return {
    killAll: () => undefined,
    parts: [
      {
        name: "profiles",
        start: async () => {
          const planned = await readReplayPlan(profileFolder, options.nodeName);
          tellRefused(planned, input);
          const replay = createReplay({ nodeName: options.nodeName, plan: planned.plan, config: planned.config });
          state.world = { replay, planned };
        },
        stop: () => Promise.resolve(),
      },
      createHttpPart({ name: "probes", ...probes, log }),
      createHttpPart({ name: "metrics", ...metrics, log }),
      events,
      feedPart(input, source, state, events),
    ],
  };
}

function metricsRoutes(
  registry: ReturnType<typeof createRegistry>,
  state: { readonly world?: ReplayWorld },
  events: EventsKeeper,
): Routes {
  const publisher = createSamplePublisher(registry);
  const reply = metricsRoute(registry);
  return {
    "GET /metrics": async () => {
      const view = state.world?.replay.view();
      if (view !== undefined) publisher.publish(view);
      const { body = "", ...rest } = await reply();
      return { ...rest, body: body + events.exposition() };
    },
  };
}

function emptyView(nodeName: string): NodeView {
  return { nodeName, ptpClocks: [], systemClocks: [], processes: [], aliasByInterface: {} };
}

function probeState(world: ReplayWorld | undefined): ProbeState {
  return {
    applied: world !== undefined,
    profileCount: world?.planned.config.profiles.length ?? 0,
    // Alive as far as the recording goes.
    processes: (world?.replay.view().processes ?? []).map((each) =>
      each.state === "running" ? { ...each, pid: 0 } : each,
    ),
    isHeld: () => false,
    aliasByInterface: world?.planned.plan.aliasByInterface ?? {},
  };
}

function tellRefused({ plan, refused }: ReplayPlan, { log }: AgentInput): void {
  for (const each of refused) log.warn("profile refused", { ...each });
  for (const each of plan.outcomes) {
    if (each.outcome === "refused")
      log.warn("profile refused", { profile: each.name, path: each.path, reason: each.reason });
  }
}

/** The end of a recording is no end of the agent: what was reached is served on. */
function feedPart(
  { log }: AgentInput,
  source: ReplaySource,
  state: { readonly world?: ReplayWorld },
  events: EventsKeeper,
): Part {
  const over = new AbortController();
  const onChanges = (changes: readonly ReplayedChange[]): void => {
    for (const { change } of changes) {
      const { process, profile, config, iface } = change.clock;
      logChange(log, change, { clock: process, profile, config, iface });
    }
    events.touch();
  };
  let feeding = Promise.resolve();
  const feed = async (replay: Replay): Promise<void> => {
    const clocks = { monotonicMs: () => performance.now(), unixMs: () => Date.now() };
    try {
      const onHeard = (): void => events.touch();
      await feedReplay({ source, replay, stdin: process.stdin, onChanges, onHeard, ...clocks }, over.signal);
      if (!over.signal.aborted) log.info("the recording is over", { path: source.path });
    } catch (error) {
      log.error("the recording could not be read to its end", { path: source.path, error: messageOf(error) });
    }
  };
  return {
    name: "replay",
    start: async () => {
      if (state.world !== undefined) feeding = feed(state.world.replay);
    },
    stop: async () => {
      over.abort();
      // A reader of standard input that waits would wait for ever.
      if (source.path === "-") process.stdin.destroy();
      await feeding;
    },
  };
}
