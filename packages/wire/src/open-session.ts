import * as grpc from "@grpc/grpc-js";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { IssuedConfig, NodeReport, Result } from "@ptp/node";
import { callBidi, type CalledStream } from "./call-bidi.ts";
import { agentChannelOptions } from "./channel-options.ts";
import type { Dropped } from "./decoded.ts";
import {
  AgentService,
  type SessionRequestSchema,
  type SessionResponse,
  type SessionResponseSchema,
} from "./gen/ptp/agent/v1/agent_pb.ts";
import { latestOnly } from "./latest-only.ts";
import { WireError } from "./wire-error.ts";
import { fromWireWelcome, toWireHello, type AgentHello, type OperatorWelcome } from "./wire-hello.ts";
import { fromWireNodeConfig } from "./wire-node-config.ts";
import { toWireNodeReport } from "./wire-node-report.ts";
import { toWireResult } from "./wire-result.ts";
import { fromWireTokenAnswer, type TokenAnswer, type TokenQuestion } from "./wire-token.ts";

/** What an operator says to an agent, as values. */
export type OperatorMessage =
  | { readonly kind: "welcome"; readonly welcome: OperatorWelcome }
  /** `dropped`: profiles (by qualified name) with a field that this agent cannot read; to be reported as refused. */
  | { readonly kind: "config"; readonly issued: IssuedConfig; readonly dropped: readonly Dropped[] }
  /** Nothing of a config is usable: to be answered by a Result with refusal `undecodable`. */
  | { readonly kind: "undecodable"; readonly revision: string; readonly reason: string }
  | { readonly kind: "token-answer"; readonly answer: TokenAnswer };

/** What an agent says to its operator, as values. Hello comes first and once. */
export type AgentMessage =
  | { readonly kind: "hello"; readonly hello: AgentHello }
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "report"; readonly report: NodeReport }
  /** Only to an operator whose Welcome says that it reviews tokens. */
  | { readonly kind: "token-question"; readonly question: TokenQuestion };

/** Where and how to reach the operator. */
export interface SessionTarget {
  /** `unix:/absolute/path` or `host:port`. */
  readonly address: string;
  /** Plain text by default, which is for unix sockets. */
  readonly credentials?: grpc.ChannelCredentials;
  readonly metadata?: grpc.Metadata;
  /** Overrides of the channel's options, such as keepalive times. */
  readonly channelOptions?: grpc.ChannelOptions;
  /** Breaks the session off. */
  readonly signal?: AbortSignal;
}

/** One session with an operator, from an agent's side. */
export interface AgentSession {
  /**
   * To be iterated once. Of configs not yet taken only the newest remains, so a slow reader holds one. Ends when the
   * operator ends the session; throws WireError when it breaks (`kind` tells whether to try again).
   */
  readonly messages: AsyncIterable<OperatorMessage>;
  /** Resolves when the transport has taken the message. A session that is over swallows it. */
  send(message: AgentMessage): Promise<void>;
  /** Ends the session at once. */
  close(): void;
}

type SessionCall = CalledStream<typeof SessionRequestSchema, typeof SessionResponseSchema>;

/** Opens a session; pings are answered from here, at once, whatever the reader of `messages` is busy with. */
export function openSession(target: SessionTarget): AgentSession {
  const client = new grpc.Client(target.address, target.credentials ?? grpc.credentials.createInsecure(), {
    ...agentChannelOptions,
    ...target.channelOptions,
  });
  const call: SessionCall = callBidi(client, AgentService.method.session, target.metadata);
  const cancel = () => call.cancel();
  target.signal?.addEventListener("abort", cancel, { once: true });
  if (target.signal?.aborted === true) cancel();
  const over = () => {
    target.signal?.removeEventListener("abort", cancel);
    client.close();
  };
  return {
    messages: latestOnly(receive(call, over), keyOf),
    send: (message) => call.write(toWireMessage(message)),
    close: cancel,
  };
}

/** Of answers none replaces another. */
function keyOf(message: OperatorMessage): string {
  return message.kind === "token-answer" ? `${message.kind} ${message.answer.id}` : message.kind;
}

async function* receive(call: SessionCall, over: () => void): AsyncGenerator<OperatorMessage> {
  try {
    for await (const response of call.messages) {
      const message = await fromResponse(call, response);
      if (message !== undefined) yield message;
    }
  } finally {
    call.cancel();
    over();
  }
}

async function fromResponse(call: SessionCall, { message }: SessionResponse): Promise<OperatorMessage | undefined> {
  switch (message.case) {
    case "ping":
      await call.write({ message: { case: "pong", value: { id: message.value.id } } });
      return undefined;
    case "welcome": {
      const decoded = fromWireWelcome(message.value);
      if (!decoded.ok) throw new WireError("INVALID_ARGUMENT", `operator's Welcome is ${decoded.reason}`);
      return { kind: "welcome", welcome: decoded.value };
    }
    case "config": {
      const decoded = fromWireNodeConfig(message.value);
      if (!decoded.ok) return { kind: "undecodable", revision: message.value.revision, reason: decoded.reason };
      return { kind: "config", issued: decoded.value, dropped: decoded.dropped };
    }
    case "tokenAnswer":
      return { kind: "token-answer", answer: fromWireTokenAnswer(message.value) };
    case undefined:
      // A newer operator may say more than this agent knows.
      return undefined;
  }
}

function toWireMessage(message: AgentMessage): MessageInitShape<typeof SessionRequestSchema> {
  switch (message.kind) {
    case "hello":
      return { message: { case: "hello", value: toWireHello(message.hello) } };
    case "result":
      return { message: { case: "result", value: toWireResult(message.result) } };
    case "report":
      return { message: { case: "report", value: toWireNodeReport(message.report) } };
    case "token-question":
      return { message: { case: "tokenQuestion", value: { ...message.question } } };
  }
}
