import { WireError, type StatusName } from "@ptp/wire";

/** Why the bringer of a token is not taken for a node's agent: one word per reason, for metrics and logs. */
export const refusalWords = [
  "no-token",
  "no-service-account-token",
  "wrong-audience",
  "expired",
  "not-authenticated",
  "wrong-service-account",
  "no-pod",
  "pod-unknown",
  "pod-unscheduled",
  "pod-ended",
  "wrong-node",
  "wrong-name",
  "pods-unknown-yet",
  "review-failed",
  "too-many-reviews",
] as const;

/** One of {@link refusalWords}. */
export type RefusalWord = (typeof refusalWords)[number];

/** An agent is refused: its message tells the agent's people what to do. */
export class AgentRefusal extends WireError {
  readonly word: RefusalWord;

  constructor(status: StatusName, word: RefusalWord, message: string, options?: ErrorOptions) {
    super(status, message, options);
    this.word = word;
  }
}
