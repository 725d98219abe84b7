import type { IssuedConfig, TokenVerdict } from "@ptp/node";
import type { Logger } from "@ptp/kit";
import {
  createConfigEncoder,
  fromWireHello,
  maxConfigBytes,
  negotiateProtocol,
  toWireError,
  toWireWelcome,
  WireError,
  type AgentHello,
  type SessionRequest,
} from "@ptp/wire";
import { NodeSession, type AgentStream } from "./node-session.ts";
import type { SessionFacts } from "./session-facts.ts";
import type { SessionSettings } from "./session-settings.ts";
import { startDeadline } from "./start-deadline.ts";

/** What happens in sessions, for metrics and status. */
export interface SessionEvents {
  /** The facts of a node changed. */
  changed(nodeName: string): void;
  configPushed(): void;
  resultHeard(outcome: "applied" | "refused"): void;
  refused(status: string): void;
}

/** What `createSessions` needs. */
export interface SessionsOptions {
  readonly settings: SessionSettings;
  readonly log: Logger;
  readonly events: SessionEvents;
  readonly nowUnixMs: () => number;
  /** Says whose token a consumer of events has shown; never rejects. Absent: agents are told that nobody does. */
  readonly reviewToken?: (token: string) => Promise<TokenVerdict>;
}

/** What a listener knows of the agent of a stream. */
export interface ServeOptions {
  /** Undefined where agents are no pods. */
  readonly podName?: string;
  /** The session ends with the reason of this signal. */
  readonly ended?: AbortSignal;
  /** Compares the name that the agent gives itself; what it throws ends the stream. */
  readonly checkName?: (claimed: string) => void;
}

/** The sessions of all nodes. Streams come from listeners, which have proven the node's name. */
export interface Sessions {
  /** Wants a node to run this config. The node exists from now on. */
  push(issued: IssuedConfig): void;
  /** The node is no more: its session ends, its facts are forgotten. */
  remove(nodeName: string): void;
  /** Serves a stream for a node until it ends. @throws WireError */
  serve(nodeName: string, stream: AgentStream, options?: ServeOptions): Promise<void>;
  facts(nodeName: string): SessionFacts | undefined;
  connectedCount(): number;
  /** When the newest session began, by the system clock; 0: none has. */
  newestUnixMs(): number;
  /** Somebody else says that a node's agent is with them: the session here ends unless its agent answers a ping. */
  verify(nodeName: string): void;
  /** Ends every session, so that agents look for another operator. */
  drain(): void;
}

interface NodeRecord {
  readonly nodeName: string;
  wanted: IssuedConfig;
  session: NodeSession | undefined;
  facts: SessionFacts;
}

/** Creates the sessions of an operator; there are none until a node is pushed to. */
export function createSessions(options: SessionsOptions): Sessions {
  return new SessionTable(options);
}

class SessionTable implements Sessions {
  readonly #records = new Map<string, NodeRecord>();
  readonly #options: SessionsOptions;
  readonly #encoder = createConfigEncoder();
  #connected = 0;
  #newestUnixMs = 0;
  #draining = false;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  push(issued: IssuedConfig): void {
    const { nodeName } = issued.config;
    const record = this.#records.get(nodeName);
    if (record === undefined) {
      const facts = { connected: false, sinceUnixMs: this.#options.nowUnixMs() };
      this.#records.set(nodeName, { nodeName, wanted: issued, session: undefined, facts });
    } else if (record.wanted.revision !== issued.revision) {
      record.wanted = issued;
      this.#send(record);
    }
  }

  remove(nodeName: string): void {
    const record = this.#records.get(nodeName);
    this.#records.delete(nodeName);
    record?.session?.end(new WireError("NOT_FOUND", `node ${nodeName} is no more`));
  }

  facts(nodeName: string): SessionFacts | undefined {
    return this.#records.get(nodeName)?.facts;
  }

  connectedCount(): number {
    return this.#connected;
  }

  newestUnixMs(): number {
    return this.#newestUnixMs;
  }

  verify(nodeName: string): void {
    const record = this.#records.get(nodeName);
    if (record?.session !== undefined) void this.#endUnlessAlive(record, record.session);
  }

  async #endUnlessAlive(record: NodeRecord, session: NodeSession): Promise<void> {
    if ((await session.isAlive()) || record.session !== session) return;
    this.#leave(record, session);
    session.end(new WireError("ABORTED", "the agent is with another replica: this stream did not answer a ping"));
  }

  drain(): void {
    this.#draining = true;
    const reason = new WireError("UNAVAILABLE", "the operator is shutting down");
    for (const { session } of this.#records.values()) session?.end(reason);
  }

  async serve(nodeName: string, stream: AgentStream, options: ServeOptions = {}): Promise<void> {
    const { podName, ended, checkName } = options;
    try {
      if (this.#draining) throw new WireError("UNAVAILABLE", "the operator is shutting down");
      const messages = stream.messages[Symbol.asyncIterator]();
      const hello = await this.#greet(messages);
      checkName?.(hello.agent.facts.nodeName);
      let record = this.#recordOf(nodeName);
      // Whoever finds the place empty takes it in the same turn of the event loop.
      while (record.session !== undefined) {
        await this.#contest(record, record.session, hello.agent);
        record = this.#recordOf(nodeName);
      }
      ended?.throwIfAborted();
      await this.#run(record, stream, messages, { ...hello, podName, ended });
    } catch (error) {
      if (error instanceof WireError) {
        this.#options.events.refused(error.status);
        this.#options.log.info("session ended", { node: nodeName, status: error.status, reason: error.message });
      }
      throw error;
    }
  }

  async #greet(messages: AsyncIterator<SessionRequest>): Promise<Greeting> {
    const { helloTimeoutMs, protocols } = this.#options.settings;
    const first = await within(helloTimeoutMs, messages.next());
    if (first === undefined) throw new WireError("DEADLINE_EXCEEDED", `no Hello within ${helloTimeoutMs} ms`);
    if (first.done === true || first.value.message.case !== "hello") {
      throw new WireError("INVALID_ARGUMENT", "the first message of a session must be Hello");
    }
    const hello = fromWireHello(first.value.message.value);
    if (!hello.ok) throw new WireError("INVALID_ARGUMENT", `Hello is ${hello.reason}`);
    const negotiation = negotiateProtocol(hello.value, protocols);
    if (!negotiation.ok) throw new WireError("FAILED_PRECONDITION", negotiation.reason);
    return { agent: hello.value, protocol: negotiation.protocol };
  }

  #recordOf(nodeName: string): NodeRecord {
    const record = this.#records.get(nodeName);
    if (record === undefined) throw new WireError("NOT_FOUND", `node ${nodeName} is not known (yet)`);
    return record;
  }

  /** The session in the way of a new one ends, or the new one is refused because another agent lives on the node. */
  async #contest(record: NodeRecord, session: NodeSession, { instanceId }: AgentHello): Promise<void> {
    if (session.instanceId === instanceId) {
      this.#leave(record, session);
      session.end(new WireError("ABORTED", "replaced by a newer stream of the same agent"));
    } else if (await session.isAlive()) {
      throw new WireError(
        "ALREADY_EXISTS",
        `another agent serves node ${record.nodeName} and answers: stop one of the two agents of this node`,
      );
    } else if (record.session === session) {
      this.#leave(record, session);
      session.end(new WireError("ABORTED", "replaced by another agent: this one did not answer a ping"));
    }
  }

  async #run(
    record: NodeRecord,
    stream: AgentStream,
    messages: AsyncIterator<SessionRequest>,
    { agent, protocol, podName: reportPod, ended }: Greeting & ProvenAgent,
  ): Promise<void> {
    const { settings, events, reviewToken } = this.#options;
    const session = new NodeSession(stream, agent, settings, {
      reviewToken,
      result: (result) => {
        for (const { outcome } of result.profiles) events.resultHeard(outcome);
        if (result.refusal !== undefined) events.resultHeard("refused");
        const accepted = result.refusal === undefined ? { acceptedRevision: result.revision } : {};
        this.#learn(record, session, { result, ...accepted });
      },
      report: ({ inventory, ...report }) => {
        const accepted = report.revision === "" ? {} : { acceptedRevision: report.revision };
        this.#learn(record, session, { report, reportPod, ...accepted, ...(inventory && { inventory }) });
      },
    });
    const end = () => session.end(toWireError(ended?.reason));
    record.session = session;
    this.#connected++;
    this.#newestUnixMs = this.#options.nowUnixMs();
    ended?.addEventListener("abort", end, { once: true });
    const { nodeName } = record;
    try {
      // Not awaited: a peer that does not read must not keep its claim on the node from being tested.
      void stream.write({ message: { case: "welcome", value: this.#welcome(protocol, nodeName) } });
      const { agentVersion, acceptedRevision, facts: hostFacts } = agent;
      this.#learn(record, session, { ...this.#turn(true), agentVersion, acceptedRevision, hostFacts });
      this.#send(record);
      await session.run(messages);
    } finally {
      ended?.removeEventListener("abort", end);
      this.#leave(record, session);
    }
  }

  #welcome(protocol: Greeting["protocol"], nodeName: string): ReturnType<typeof toWireWelcome> {
    const { settings, reviewToken } = this.#options;
    const reviews = reviewToken === undefined ? {} : ({ reviewsTokens: true } as const);
    return toWireWelcome({ protocol, operatorVersion: settings.operatorVersion, nodeName, ...reviews });
  }

  #leave(record: NodeRecord, session: NodeSession): void {
    if (record.session !== session) return;
    this.#learn(record, session, this.#turn(false));
    record.session = undefined;
    this.#connected--;
  }

  #turn(connected: boolean): Pick<SessionFacts, "connected" | "sinceUnixMs"> {
    return { connected, sinceUnixMs: this.#options.nowUnixMs() };
  }

  /** A session that was replaced has nothing more to tell. */
  #learn(record: NodeRecord, session: NodeSession, news: Partial<SessionFacts>): void {
    if (record.session !== session) return;
    record.facts = { ...record.facts, ...news };
    this.#options.events.changed(record.nodeName);
  }

  #send({ session, wanted }: NodeRecord): void {
    session?.push({ revision: wanted.revision, encode: () => this.#encode(wanted) });
  }

  #encode(issued: IssuedConfig): Uint8Array | undefined {
    const bytes = this.#encoder(issued);
    const fits = bytes.length <= maxConfigBytes;
    const unsendable = `the config has ${bytes.length} bytes, an agent takes at most ${maxConfigBytes}: shorten its profiles`;
    const record = this.#records.get(issued.config.nodeName);
    if (record?.session !== undefined && (!fits || record.facts.unsendable !== undefined)) {
      this.#learn(record, record.session, { unsendable: fits ? undefined : unsendable });
    }
    if (fits) this.#options.events.configPushed();
    return fits ? bytes : undefined;
  }
}

interface ProvenAgent {
  readonly podName: string | undefined;
  readonly ended: AbortSignal | undefined;
}

interface Greeting {
  readonly agent: AgentHello;
  readonly protocol: number;
}

/** The value of the promise, or undefined if it takes longer. */
async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const callOff = startDeadline(limitMs, () => resolve(undefined));
  try {
    return await Promise.race([promise, late]);
  } finally {
    callOff();
  }
}
