import type { MessageInitShape } from "@bufbuild/protobuf";
import type { TokenVerdict } from "@ptp/node";
import type * as pb from "./gen/ptp/agent/v1/agent_pb.ts";

/** A question whose token a consumer of events has shown. */
export interface TokenQuestion {
  /** Of this session alone. */
  readonly id: number;
  readonly token: string;
}

/** The answer to the question of the same id. */
export interface TokenAnswer {
  readonly id: number;
  readonly verdict: TokenVerdict;
}

/** An answer as its message. */
export function toWireTokenAnswer({ id, verdict }: TokenAnswer): MessageInitShape<typeof pb.TokenAnswerSchema> {
  switch (verdict.kind) {
    case "valid":
      return { id, verdict: { case: "subject", value: verdict.subject } };
    case "invalid":
      return { id, verdict: { case: "refusal", value: verdict.reason } };
    case "unknown":
      return { id, verdict: { case: "unavailable", value: verdict.reason } };
  }
}

/** An answer from its message; one that says nothing, or names nobody, proves nothing. */
export function fromWireTokenAnswer({ id, verdict }: pb.TokenAnswer): TokenAnswer {
  switch (verdict.case) {
    case "subject":
      if (verdict.value === "") return { id, verdict: unknown };
      return { id, verdict: { kind: "valid", subject: verdict.value } };
    case "refusal":
      return { id, verdict: { kind: "invalid", reason: verdict.value } };
    case "unavailable":
      return { id, verdict: { kind: "unknown", reason: verdict.value } };
    case undefined:
      return { id, verdict: unknown };
  }
}

const unknown: TokenVerdict = { kind: "unknown", reason: "the operator's answer says nothing that this agent knows" };
