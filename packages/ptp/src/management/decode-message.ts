import type { PortIdentity } from "../clock/port-identity.ts";
import { readFrame, tlvTypes, type Action, type Frame } from "./frame.ts";
import { managementErrorName } from "./management-error.ts";
import { managementIdFromCode, managementTable, type ManagementBodies, type ManagementId } from "./management-id.ts";

interface Heard {
  /** Who sent it: the clock (port number 0) or one of its ports. */
  readonly portIdentity: PortIdentity;
  readonly targetPortIdentity: PortIdentity;
  readonly domainNumber: number;
  readonly sequenceId: number;
}

/** An answer, or a notification after SUBSCRIBE_EVENTS_NP: the two look alike. Discriminated by `id`. */
export type ManagementResponse = {
  readonly [K in ManagementId]: Heard & {
    readonly kind: "response";
    readonly id: K;
    readonly body: ManagementBodies[K];
  };
}[ManagementId];

/** A refusal. */
export interface ManagementError extends Heard {
  readonly kind: "error";
  /** Code of the reason; `error` is its name, such as `NO_SUCH_ID`. */
  readonly errorId: number;
  readonly error: string;
  /** Code of the TLV that was refused; `id` is its name if we know it. */
  readonly code: number;
  readonly id: ManagementId | undefined;
}

/** A whole message that carries a management TLV we do not speak. */
export interface UnknownManagement extends Heard {
  readonly kind: "unknown";
  readonly code: number;
}

/** A request, as a clock receives it. `body` is absent when it asks only. */
export type ManagementRequest = {
  readonly [K in ManagementId]: Heard & {
    readonly kind: "request";
    readonly action: Extract<Action, "GET" | "SET" | "COMMAND">;
    readonly id: K;
    readonly body?: ManagementBodies[K];
  };
}[ManagementId];

/** Bytes that are no management message; `reason` in words for the log. */
export interface MalformedManagement {
  readonly kind: "malformed";
  readonly reason: string;
}

/** What a datagram can be. */
export type ManagementMessage =
  ManagementResponse | ManagementError | UnknownManagement | ManagementRequest | MalformedManagement;

/** Understands one datagram. Never throws, whatever the bytes. */
export function decodeMessage(bytes: Uint8Array): ManagementMessage {
  const frame = readFrame(bytes);
  if ("reason" in frame) return malformed(frame.reason);
  switch (frame.tlvType) {
    case tlvTypes.management:
      return decodeManagement(frame);
    case tlvTypes.managementErrorStatus:
      return decodeError(frame);
    default:
      return malformed(`TLV type ${frame.tlvType} is not a management TLV`);
  }
}

function decodeManagement(frame: Frame): ManagementMessage {
  const { action, view, valueAt, valueBytes } = frame;
  if (valueBytes < 2) return malformed("management TLV without an id");
  const code = view.getUint16(valueAt);
  const id = managementIdFromCode(code);
  if (id === undefined) return { kind: "unknown", code, ...heard(frame) };
  if (action === "GET") return { kind: "request", action, id, ...heard(frame) };
  const data = new DataView(view.buffer, view.byteOffset + valueAt + 2, valueBytes - 2);
  const decoded = managementTable[id].dataSet.decode(data);
  if ("reason" in decoded) return malformed(`${id}: ${decoded.reason}`);
  const body = decoded.value;
  // The table pairs id and body; the compiler cannot follow it through the union.
  const isAnswer = action === "RESPONSE" || action === "ACKNOWLEDGE";
  if (!isAnswer) return { kind: "request", action, id, body, ...heard(frame) } as ManagementRequest;
  return { kind: "response", id, body, ...heard(frame) } as ManagementResponse;
}

function decodeError(frame: Frame): ManagementMessage {
  const { view, valueAt, valueBytes } = frame;
  if (valueBytes < 8) return malformed(`error status TLV of ${valueBytes} bytes, 8 needed`);
  const errorId = view.getUint16(valueAt);
  const code = view.getUint16(valueAt + 2);
  const error = managementErrorName(errorId);
  return { kind: "error", errorId, error, code, id: managementIdFromCode(code), ...heard(frame) };
}

function heard(frame: Frame): Heard {
  return {
    portIdentity: frame.sourcePortIdentity,
    targetPortIdentity: frame.targetPortIdentity,
    domainNumber: frame.domainNumber,
    sequenceId: frame.sequenceId,
  };
}

function malformed(reason: string): MalformedManagement {
  return { kind: "malformed", reason };
}
