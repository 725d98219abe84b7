import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ProfileOutcome, RefusalKind, Result } from "@ptp/node";
import { decodeEach, FieldError, type Decoded, type Dropped } from "./decoded.ts";
import { nonEmpty, oneOf, present } from "./field.ts";
import type * as pb from "./gen/ptp/agent/v1/agent_pb.ts";

const refusalKinds = [
  "undecodable",
  "wrong-node",
  "unsupported-protocol",
  "not-persisted",
] as const satisfies readonly RefusalKind[];

/** A Result as its message. */
export function toWireResult(result: Result): MessageInitShape<typeof pb.ResultSchema> {
  return present({
    revision: result.revision,
    profiles: result.profiles.map(toWireOutcome),
    refusal: result.refusal === undefined ? undefined : { ...result.refusal },
  });
}

/** A Result from its message. A refusal of a kind that only a newer agent knows still is a refusal. */
export function fromWireResult(message: pb.Result): Decoded<Result> {
  const dropped: Dropped[] = [];
  const profiles = decodeEach(message.profiles, ({ name }) => name, fromWireOutcome, dropped);
  const refusal = message.refusal === undefined ? undefined : fromWireRefusal(message.refusal);
  return { ok: true, value: present({ revision: message.revision, profiles, refusal }), dropped };
}

function fromWireRefusal({ kind, reason }: pb.Refusal): NonNullable<Result["refusal"]> {
  try {
    return { kind: oneOf("refusal.kind", refusalKinds, kind), reason };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return { kind: "undecodable", reason: `${kind}: ${reason}` };
  }
}

/** One profile's outcome as its message. */
export function toWireOutcome(outcome: ProfileOutcome): MessageInitShape<typeof pb.ProfileOutcomeSchema> {
  const { name } = outcome;
  switch (outcome.outcome) {
    case "applied":
      return { name, outcome: { case: "applied", value: {} } };
    case "refused":
      return { name, outcome: { case: "refused", value: { path: outcome.path, reason: outcome.reason } } };
  }
}

/** One profile's outcome from its message. @throws FieldError */
export function fromWireOutcome({ name, outcome }: pb.ProfileOutcome): ProfileOutcome {
  nonEmpty("name", name);
  switch (outcome.case) {
    case "applied":
      return { name, outcome: "applied" };
    case "refused":
      return { name, outcome: "refused", path: outcome.value.path, reason: outcome.value.reason };
    case undefined:
      throw new FieldError("outcome", "neither applied nor refused, or an outcome only a newer agent knows");
  }
}
