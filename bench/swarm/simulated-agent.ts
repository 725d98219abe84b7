import { messageOf, sleep } from "@ptp/kit";
import type { HostFacts, IssuedConfig, NodeReport, ProfileOutcome } from "@ptp/node";
import { plan, type RunPlan } from "@ptp/plan";
import { openSession, ownProtocols, type AgentSession, type OperatorMessage, type SessionTarget } from "@ptp/wire";
import { randomUUID } from "node:crypto";
import type { ReconnectPace } from "../../packages/agent/src/source/reconnect-pace.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import type { SwarmEvent } from "./swarm-message.ts";

/** What a simulated agent is made of. */
export interface SimulatedAgentOptions {
  /** Asked before each attempt to connect. */
  readonly nextTarget: () => SessionTarget;
  readonly facts: HostFacts;
  readonly plans: boolean;
  /** How it comes back. */
  readonly pace: ReconnectPace;
  readonly onEvent: (event: SwarmEvent) => void;
}

/**
 * An agent without a host: decodes configs, plans them (incrementally, as the real one), answers with a Result and tells
 * its processes in reports. It writes no file and starts no process.
 */
export interface SimulatedAgent {
  /** Keeps a session up, for ever. */
  run(): Promise<never>;
  /** The newest config. */
  issued(): IssuedConfig | undefined;
}

/** Creates an agent that has accepted nothing. */
export function createSimulatedAgent(options: SimulatedAgentOptions): SimulatedAgent {
  const state: AgentState = { instanceId: randomUUID(), issued: undefined, plan: undefined, outcomes: [] };
  const { pace, facts } = options;
  const { nodeName } = facts;
  return {
    issued: () => state.issued,
    run: async () => {
      options.onEvent({ kind: "started", nodeName, atMs: monotonicMs(), text: "" });
      for (;;) {
        let problem = "";
        try {
          await keepSession(options, state, () => pace.reset());
        } catch (error) {
          problem = messageOf(error);
          options.onEvent({ kind: "lost", nodeName, atMs: monotonicMs(), text: problem });
        }
        await sleep(pace.next(problem, monotonicMs()));
      }
    },
  };
}

interface AgentState {
  readonly instanceId: string;
  issued: IssuedConfig | undefined;
  plan: RunPlan | undefined;
  outcomes: readonly ProfileOutcome[];
}

async function keepSession(options: SimulatedAgentOptions, state: AgentState, onWelcome: () => void): Promise<void> {
  const { facts, nextTarget } = options;
  const session = openSession(nextTarget());
  const acceptedRevision = state.issued?.revision ?? "";
  const { instanceId } = state;
  const hello = { ...ownProtocols, agentVersion: "bench", instanceId, acceptedRevision, facts };
  void session.send({ kind: "hello", hello });
  for await (const message of session.messages) {
    if (message.kind === "welcome") onWelcome();
    takeMessage(message, session, options, state);
  }
}

function takeMessage(
  message: OperatorMessage,
  session: AgentSession,
  options: SimulatedAgentOptions,
  state: AgentState,
): void {
  const { nodeName } = options.facts;
  const tell = (kind: SwarmEvent["kind"], text: string) =>
    options.onEvent({ kind, nodeName, atMs: monotonicMs(), text });
  switch (message.kind) {
    case "welcome":
      tell("welcomed", state.issued?.revision ?? "");
      break;
    case "token-answer":
      // It asks nothing of the kind.
      return;
    case "undecodable":
      return tell("refused", message.reason);
    case "config": {
      const { revision } = message.issued;
      takeConfig(message.issued, options, state);
      void session.send({ kind: "result", result: { revision, profiles: state.outcomes } });
      tell("answered", revision);
      const refused = state.outcomes.find(({ outcome }) => outcome === "refused");
      if (refused !== undefined) tell("refused", JSON.stringify(refused));
      break;
    }
  }
  void session.send({ kind: "report", report: reportOf(state) });
}

function takeConfig(issued: IssuedConfig, { facts, plans }: SimulatedAgentOptions, state: AgentState): void {
  state.issued = issued;
  state.outcomes = issued.config.profiles.map(({ name }) => ({ name, outcome: "applied" }));
  if (!plans) return;
  const previous = state.plan;
  const runIds = previous?.runIds ?? {};
  state.plan = plan({ config: issued.config, facts, runIds, ...(previous && { previous }) });
  state.outcomes = state.plan.outcomes;
}

function reportOf({ issued, outcomes, plan }: AgentState): NodeReport {
  const processes = (plan?.processes ?? []).map(({ key, program, profile, configName }) => ({
    key,
    program,
    profile,
    configName,
    state: "running" as const,
    pid: 4711,
    starts: 1,
    sinceUnixMs: 0,
    lastExit: "",
  }));
  return { revision: issued?.revision ?? "", outcomes, clocks: [], processes, notices: [] };
}
