import { status } from "@grpc/grpc-js";

/** How a failure is to be treated, in the words of design.md section 4. */
export type WireErrorKind = "invalid" | "waiting" | "transient" | "bug";

/** Name of a gRPC status, such as `UNAVAILABLE`. */
export type StatusName = keyof typeof status;

/** A failed stream: the gRPC status, what it means for the caller, and the peer's words. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly status: StatusName;
  readonly kind: WireErrorKind;

  constructor(statusName: StatusName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = statusName;
    this.kind = kindOfStatus(statusName);
  }

  /** Numeric status as grpc-js wants it. */
  get code(): number {
    return status[this.status];
  }
}

/** The only place where something caught from grpc-js, or thrown by a handler, becomes a WireError. */
export function toWireError(caught: unknown): WireError {
  if (caught instanceof WireError) return caught;
  const message = caught instanceof Error ? caught.message : String(caught);
  if (caught instanceof Error && "code" in caught && typeof caught.code === "number") {
    const details = "details" in caught && typeof caught.details === "string" ? caught.details : message;
    return new WireError(statusNameOf(caught.code), details, { cause: caught });
  }
  return new WireError("INTERNAL", message, { cause: caught });
}

function statusNameOf(code: number): StatusName {
  const name: string | undefined = status[code];
  return name === undefined ? "UNKNOWN" : (name as StatusName);
}

function kindOfStatus(name: StatusName): WireErrorKind {
  switch (name) {
    // The user must act: another version, another identity, a peer of something else.
    case "INVALID_ARGUMENT":
    case "FAILED_PRECONDITION":
    case "UNAUTHENTICATED":
    case "PERMISSION_DENIED":
    case "UNIMPLEMENTED":
    case "OUT_OF_RANGE":
    case "NOT_FOUND":
      return "invalid";
    // Another agent holds the node: it may go.
    case "ALREADY_EXISTS":
      return "waiting";
    // INTERNAL and UNKNOWN come from broken connections as well as from broken peers: a retry is right for both.
    case "UNAVAILABLE":
    case "CANCELLED":
    case "ABORTED":
    case "DEADLINE_EXCEEDED":
    case "RESOURCE_EXHAUSTED":
    case "DATA_LOSS":
    case "INTERNAL":
    case "UNKNOWN":
      return "transient";
    case "OK":
      return "bug";
  }
}
