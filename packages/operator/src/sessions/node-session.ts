import { createRateLimit, type RateLimit } from "@ptp/kit";
import type { NodeReport, Result, TokenVerdict } from "@ptp/node";
import {
  fromWireNodeReport,
  fromWireResult,
  toWireTokenAnswer,
  WireError,
  type AgentHello,
  type ServedStream,
  type SessionRequest,
  type SessionRequestSchema,
  type SessionResponseSchema,
  type TokenQuestion,
} from "@ptp/wire";
import type { SessionSettings } from "./session-settings.ts";
import { startDeadline } from "./start-deadline.ts";

/** A stream of one agent, from the operator's side. */
export type AgentStream = ServedStream<typeof SessionRequestSchema, typeof SessionResponseSchema>;

/** A config ready to be sent. */
export interface OutgoingConfig {
  readonly revision: string;
  /** Makes the message's bytes, when it is really sent; undefined if it cannot be sent. */
  readonly encode: () => Uint8Array | undefined;
}

/** Whom a session tells what it hears. */
export interface SessionListener {
  result(result: Result): void;
  report(report: NodeReport): void;
  /** Whose token a consumer of events has shown; never rejects. Absent: nobody is asked. */
  readonly reviewToken?: ((token: string) => Promise<TokenVerdict>) | undefined;
}

/** Questions of one agent that may be under way; it asks fewer. */
const mostTokenQuestions = 64;

/**
 * An accepted session: sends configs, hears results and reports. Memory is bounded: one config under way, at most one
 * waiting (the newest), no queue of anything else.
 */
export class NodeSession {
  readonly instanceId: string;
  readonly #stream: AgentStream;
  readonly #settings: SessionSettings;
  readonly #listener: SessionListener;
  readonly #limit: RateLimit;
  readonly #over = Promise.withResolvers<void>();
  #ended = false;
  #wanted: OutgoingConfig | undefined;
  /** Revision the agent holds or was last sent. */
  #sentRevision: string;
  #underWay: { readonly revision: string; readonly callOff: () => void } | undefined;
  #pinging: { readonly id: number; readonly answered: () => void; readonly alive: Promise<boolean> } | undefined;
  #pings = 0;
  #tokenQuestions = 0;

  constructor(stream: AgentStream, hello: AgentHello, settings: SessionSettings, listener: SessionListener) {
    this.instanceId = hello.instanceId;
    this.#sentRevision = hello.acceptedRevision;
    this.#stream = stream;
    this.#settings = settings;
    this.#listener = listener;
    this.#limit = createRateLimit(settings.messageBurst, settings.messagesPerSecond);
    // Ended before anybody waits for it: not an unhandled rejection.
    this.#over.promise.catch(() => {});
  }

  /** Hears the agent until the stream ends. @throws WireError if it is ended from this side or breaks the protocol. */
  async run(messages: AsyncIterator<SessionRequest>): Promise<void> {
    try {
      await Promise.race([this.#listen(messages), this.#over.promise]);
    } finally {
      this.#ended = true;
      this.#underWay?.callOff();
    }
  }

  async #listen(messages: AsyncIterator<SessionRequest>): Promise<void> {
    for (let next = await messages.next(); next.done !== true && !this.#ended; next = await messages.next()) {
      this.#hear(next.value);
    }
  }

  /** Wants the agent to run this config; sent now, or when the one under way is answered, or never if a newer comes. */
  push(config: OutgoingConfig): void {
    this.#wanted = config;
    this.#sendNext();
  }

  /** Ends the session from this side. */
  end(reason: WireError): void {
    this.#ended = true;
    this.#over.reject(reason);
  }

  /** Whether the agent answers within the ping time; all who ask at once share one ping. */
  isAlive(): Promise<boolean> {
    this.#pinging ??= this.#ping();
    return this.#pinging.alive;
  }

  #ping() {
    const id = ++this.#pings;
    const { promise: alive, resolve } = Promise.withResolvers<boolean>();
    const settle = (answer: boolean) => {
      callOff();
      this.#pinging = undefined;
      resolve(answer);
    };
    const callOff = startDeadline(this.#settings.pingTimeoutMs, () => settle(false));
    void this.#stream.write({ message: { case: "ping", value: { id } } });
    return { id, answered: () => settle(true), alive };
  }

  #hear({ message }: SessionRequest): void {
    if (!this.#limit.take(performance.now())) {
      throw new WireError("RESOURCE_EXHAUSTED", "too many messages: an agent reports at most once a second");
    }
    switch (message.case) {
      case "hello":
        throw new WireError("INVALID_ARGUMENT", "Hello came a second time on one stream");
      case "result": {
        const decoded = fromWireResult(message.value);
        if (decoded.ok) this.#hearResult(decoded.value);
        return;
      }
      case "report": {
        const decoded = fromWireNodeReport(message.value);
        if (decoded.ok) this.#listener.report(decoded.value);
        return;
      }
      case "pong":
        if (message.value.id === this.#pinging?.id) this.#pinging.answered();
        return;
      case "tokenQuestion":
        // Not awaited: an API server that is slow must not keep reports waiting.
        void this.#answerToken(message.value);
        return;
      case undefined:
        // A newer agent may say more than this operator knows.
        return;
    }
  }

  async #answerToken({ id, token }: TokenQuestion): Promise<void> {
    this.#tokenQuestions++;
    const verdict = await this.#verdictOn(token);
    this.#tokenQuestions--;
    if (!this.#ended) {
      void this.#stream.write({ message: { case: "tokenAnswer", value: toWireTokenAnswer({ id, verdict }) } });
    }
  }

  async #verdictOn(token: string): Promise<TokenVerdict> {
    const { reviewToken } = this.#listener;
    if (reviewToken === undefined) return { kind: "unknown", reason: "this operator has no cluster to ask" };
    if (this.#tokenQuestions > mostTokenQuestions) return { kind: "unknown", reason: "too many questions at once" };
    return reviewToken(token);
  }

  #hearResult(result: Result): void {
    if (result.revision !== this.#underWay?.revision) return;
    this.#underWay.callOff();
    this.#underWay = undefined;
    this.#listener.result(result);
    this.#sendNext();
  }

  #sendNext(): void {
    if (this.#ended || this.#underWay !== undefined || this.#wanted === undefined) return;
    const { revision, encode } = this.#wanted;
    this.#wanted = undefined;
    if (revision === this.#sentRevision) return;
    const bytes = encode();
    if (bytes === undefined) return;
    const { resultTimeoutMs } = this.#settings;
    const expire = () =>
      this.end(new WireError("DEADLINE_EXCEEDED", `no Result for revision ${revision} within ${resultTimeoutMs} ms`));
    this.#underWay = { revision, callOff: startDeadline(resultTimeoutMs, expire) };
    this.#sentRevision = revision;
    void this.#stream.write(bytes);
  }
}
