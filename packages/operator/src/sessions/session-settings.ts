import { ownProtocols, type ProtocolRange } from "@ptp/wire";

/** Times and limits of sessions. */
export interface SessionSettings {
  /** Protocol versions served; parameterised for tests of version skew. */
  readonly protocols: ProtocolRange;
  readonly operatorVersion: string;
  /** A stream that has not said Hello by then ends. */
  readonly helloTimeoutMs: number;
  /** How long the agent of a stream may take to answer a ping before another agent takes its node. */
  readonly pingTimeoutMs: number;
  /** An agent that has not answered a config by then is cut off; it reconnects and tells where it stands. */
  readonly resultTimeoutMs: number;
  /** Messages a stream may send in a burst, and per second after it; a report a second is the rule. */
  readonly messageBurst: number;
  readonly messagesPerSecond: number;
}

/** What is used unless a test needs other times. */
export const defaultSessionSettings: SessionSettings = {
  protocols: ownProtocols,
  operatorVersion: "0.1.0",
  helloTimeoutMs: 5000,
  pingTimeoutMs: 2000,
  resultTimeoutMs: 60_000,
  messageBurst: 100,
  messagesPerSecond: 20,
};
