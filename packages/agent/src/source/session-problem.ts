import { AppError } from "@ptp/kit";
import { toWireError, type StatusName } from "@ptp/wire";

/** Why there is no session, in one word: the label of the metric. */
export const sessionReasons = [
  /** The operator's certificate is not valid at the time that this node's clock shows. */
  "clock",
  /** The operator's certificate is of an authority this agent does not trust, or for another name. */
  "certificate",
  /** A file of this agent (authority, certificate, key) is absent or holds something else. */
  "file",
  /** This agent's token is absent, or the operator did not accept it. */
  "token",
  /** The operator's name has no address. */
  "name",
  /** Nobody answers, or the connection broke. */
  "unreachable",
  /** Another agent serves the node. */
  "occupied",
  /** The operator refuses for another reason. */
  "refused",
] as const;

/** Why there is no session. */
export type SessionReason = (typeof sessionReasons)[number];

/** What stands in the way of a session. */
export interface SessionProblem {
  readonly reason: SessionReason;
  /** For people: what is wrong and what to do. Equal while nothing new is known. */
  readonly text: string;
}

/** A problem that is known before anybody is asked. */
export class SessionFault extends AppError {
  override readonly name = "SessionFault";
  readonly reason: SessionReason;

  constructor(reason: SessionReason, message: string, options?: ErrorOptions) {
    super("invalid", message, options);
    this.reason = reason;
  }
}

/** Says what a failed session means. */
export function sessionProblem(error: unknown): SessionProblem {
  if (error instanceof SessionFault) return { reason: error.reason, text: error.message };
  const { kind, status, message } = toWireError(error);
  const acts = kind === "invalid" ? `${status}; someone has to act` : status;
  return { reason: reasonOf(status, message), text: `${message} (${acts})` };
}

function reasonOf(status: StatusName, message: string): SessionReason {
  switch (status) {
    case "UNAUTHENTICATED":
      return "token";
    case "ALREADY_EXISTS":
      return "occupied";
    case "UNAVAILABLE":
      return ofConnection(message);
    case "INVALID_ARGUMENT":
    case "FAILED_PRECONDITION":
    case "PERMISSION_DENIED":
    case "UNIMPLEMENTED":
    case "OUT_OF_RANGE":
    case "NOT_FOUND":
    case "RESOURCE_EXHAUSTED":
      return "refused";
    case "OK":
    case "CANCELLED":
    case "ABORTED":
    case "DEADLINE_EXCEEDED":
    case "DATA_LOSS":
    case "INTERNAL":
    case "UNKNOWN":
      return "unreachable";
  }
}

/** The library gives the words of OpenSSL and of the resolver, and no code. */
function ofConnection(message: string): SessionReason {
  if (/certificate (is not yet valid|has expired)|CERT_(NOT_YET_VALID|HAS_EXPIRED)/i.test(message)) return "clock";
  if (/certificate|altnames|unable to verify|issuer/i.test(message)) return "certificate";
  if (/name resolution|ENOTFOUND|EAI_AGAIN|DNS/i.test(message)) return "name";
  return "unreachable";
}
