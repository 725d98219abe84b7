import { messageOf, sleep, type Logger } from "@ptp/kit";
import type { DeviceInventory, HostFacts, NodeReport } from "@ptp/node";
import { openSession, ownProtocols, type AgentSession, type OperatorMessage, type SessionTarget } from "@ptp/wire";
import type { ConfigSource, SourceContext } from "./config-source.ts";
import { createReconnectPace } from "./reconnect-pace.ts";
import { createReporter, type Reporter } from "./reporter.ts";
import { sessionProblem, type SessionProblem, type SessionReason } from "./session-problem.ts";
import type { TokenDesk } from "./token-desk.ts";

/** What a session source needs. */
export interface SessionSourceOptions extends SourceContext {
  readonly nodeName: string;
  /** Where the operator is; called before each attempt, so that renewed certificates are used. */
  readonly target: () => Promise<SessionTarget>;
  readonly agentVersion: string;
  /** Random, one per process. */
  readonly instanceId: string;
  readonly acceptedRevision: () => string;
  readonly facts: () => HostFacts;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** Says more of a problem than its error does; default: what the error says. */
  readonly diagnose?: (problem: SessionProblem) => Promise<SessionProblem>;
  /** Told of each session and of each failure, for metrics. */
  readonly onSession?: (news: SessionNews) => void;
  /** Asks over the session whose tokens are; absent: nobody asks. */
  readonly tokens?: TokenDesk;
}

/** What became of sessions. */
export type SessionNews =
  { readonly kind: "up" } | { readonly kind: "down" } | { readonly kind: "failed"; readonly reason: SessionReason };

/** An operator that welcomes and ends at once, again and again, is no better than one that is away. */
const steadySessionMs = 2_000;

/** A peer that accepts the stream and says nothing is no operator. */
const welcomeLimitMs = 10_000;

/** Configs from an operator: one session, opened again whenever it ends. */
export function createSessionSource(options: SessionSourceOptions): ConfigSource {
  let reporter: Reporter | undefined;
  const setReporter = (next: Reporter | undefined): void => {
    reporter?.stop();
    reporter = next;
  };
  return {
    name: "session",
    run: (signal) => keepSession(options, setReporter, signal),
    reportChanged: () => reporter?.changed(),
  };
}

async function keepSession(
  options: SessionSourceOptions,
  setReporter: (reporter: Reporter | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  const pace = createReconnectPace(options.random);
  let lastProblem = "";
  while (!signal.aborted) {
    let welcomedMs = Number.POSITIVE_INFINITY;
    let failed = "";
    try {
      await runSession(options, signal, (session, reviewsTokens) => {
        welcomedMs = performance.now();
        lastProblem = "";
        options.tokens?.open(
          reviewsTokens,
          (question) => void send(session, { kind: "token-question", question }, options),
        );
        options.onSession?.({ kind: "up" });
        const news = withoutRepeatedInventory();
        setReporter(createReporter(() => send(session, { kind: "report", report: news(options.report()) }, options)));
      });
      if (!signal.aborted) options.log.info("the operator ended the session");
    } catch (error) {
      failed = sessionProblem(error).text;
      if (!signal.aborted) lastProblem = await tellProblem(error, options, lastProblem);
    } finally {
      options.onSession?.({ kind: "down" });
      options.tokens?.close();
      setReporter(undefined);
    }
    const nowMs = performance.now();
    if (nowMs - welcomedMs > steadySessionMs) pace.reset();
    await sleep(pace.next(failed, nowMs), signal);
  }
}

/** Reports of one session: each inventory goes with one of them alone; most reports are of states and offsets. */
function withoutRepeatedInventory(): (report: NodeReport) => NodeReport {
  let told: DeviceInventory | undefined;
  return (report) => {
    const { inventory, ...news } = report;
    if (inventory === told) return news;
    told = inventory;
    return report;
  };
}

async function tellProblem(
  error: unknown,
  { diagnose, onSession, log }: SessionSourceOptions,
  lastProblem: string,
): Promise<string> {
  const known = sessionProblem(error);
  const { reason, text: problem } = (await diagnose?.(known)) ?? known;
  onSession?.({ kind: "failed", reason });
  // The same problem every few seconds is one line, not a flood.
  if (problem !== lastProblem) log.warn("no session with the operator; what runs goes on", { reason, problem });
  return problem;
}

/** One session from Hello to its end. */
async function runSession(
  options: SessionSourceOptions,
  signal: AbortSignal,
  onWelcome: Taking["onWelcome"],
): Promise<void> {
  const session = openSession({ ...(await options.target()), signal });
  const timer = setTimeout(() => session.close(), welcomeLimitMs);
  try {
    await session.send({
      kind: "hello",
      hello: {
        ...ownProtocols,
        agentVersion: options.agentVersion,
        instanceId: options.instanceId,
        acceptedRevision: options.acceptedRevision(),
        facts: options.facts(),
      },
    });
    for await (const message of session.messages) {
      takeMessage(message, session, { options, onWelcome });
      if (message.kind === "welcome") clearTimeout(timer);
    }
  } finally {
    clearTimeout(timer);
    session.close();
  }
}

interface Taking {
  readonly options: SessionSourceOptions;
  readonly onWelcome: (session: AgentSession, reviewsTokens: boolean) => void;
}

function takeMessage(message: OperatorMessage, session: AgentSession, { options, onWelcome }: Taking): void {
  const { nodeName, log, offer } = options;
  switch (message.kind) {
    case "welcome": {
      const { welcome } = message;
      if (welcome.nodeName !== nodeName) {
        throw new Error(
          `the operator takes this agent for node ${welcome.nodeName}, it is ${nodeName}: check its socket`,
        );
      }
      log.info("session with the operator", { operator: welcome.operatorVersion, protocol: welcome.protocol });
      return onWelcome(session, welcome.reviewsTokens === true);
    }
    case "config":
      return offer({
        issued: message.issued,
        dropped: message.dropped,
        answer: (result) => void send(session, { kind: "result", result }, options),
      });
    case "token-answer":
      return options.tokens?.answer(message.answer);
    case "undecodable": {
      const { revision, reason } = message;
      log.error("config refused", { revision, reason });
      const result = { revision, profiles: [], refusal: { kind: "undecodable", reason } } as const;
      return void send(session, { kind: "result", result }, options);
    }
  }
}

/** A session that breaks while something is sent is noticed where it is read. */
async function send(
  session: AgentSession,
  message: Parameters<AgentSession["send"]>[0],
  { log }: SessionSourceOptions,
): Promise<void> {
  try {
    await session.send(message);
  } catch (error) {
    log.debug("message to the operator was lost", { kind: message.kind, error: messageOf(error) });
  }
}
