import { parseClockIdentity, type ClockIdentity } from "../clock/clock-identity.ts";
import type { PortIdentity } from "../clock/port-identity.ts";
import type { DataSet } from "./data-set.ts";
import { sequenceIdAt, tlvTypes, writeFrame, type Envelope } from "./frame.ts";
import { managementTable, type ManagementBodies, type ManagementId } from "./management-id.ts";

/** Addresses the clock that receives the message and all its ports. */
export const allPorts: PortIdentity = {
  clockIdentity: parseClockIdentity("ffffff.ffff.ffffff") as ClockIdentity,
  portNumber: 0xffff,
};

/** A request to be encoded. `data` is what SET writes; GET carries none. */
export type ManagementRequestOf<K extends ManagementId> = {
  readonly action: "GET" | "SET" | "COMMAND";
  readonly id: K;
  readonly domainNumber: number;
  readonly sequenceId: number;
  /** Who asks; any identity that is not the clock's own. */
  readonly sourcePortIdentity: PortIdentity;
  /** Who is asked; all ports of the receiver if absent. */
  readonly targetPortIdentity?: PortIdentity;
  readonly data?: ManagementBodies[K];
};

/** The datagram of a request. Throws a RangeError naming the field of `data` that does not fit. */
export function encodeRequest<K extends ManagementId>(request: ManagementRequestOf<K>): Uint8Array {
  const envelope = { ...request, targetPortIdentity: request.targetPortIdentity ?? allPorts };
  return writeFrame(envelope, request.action, tlvTypes.management, managementTlv(request.id, request.data));
}

/** Gives the datagram of a request another number: a question that is asked over and over is encoded once. */
export function renumberRequest(bytes: Uint8Array, sequenceId: number): void {
  bytes[sequenceIdAt] = sequenceId >> 8;
  bytes[sequenceIdAt + 1] = sequenceId & 0xff;
}

/** The datagram of an answer: what a clock sends. Throws a RangeError naming the field of `body` that does not fit. */
export function encodeResponse<K extends ManagementId>(
  envelope: Envelope,
  id: K,
  body: ManagementBodies[K],
): Uint8Array {
  return writeFrame(envelope, "RESPONSE", tlvTypes.management, managementTlv(id, body));
}

/** The datagram by which a clock refuses the TLV with `code`. */
export function encodeError(envelope: Envelope, code: number, errorId: number): Uint8Array {
  const value = new Uint8Array(8);
  const view = new DataView(value.buffer);
  view.setUint16(0, errorId);
  view.setUint16(2, code);
  return writeFrame(envelope, "RESPONSE", tlvTypes.managementErrorStatus, value);
}

function managementTlv<K extends ManagementId>(id: K, body: ManagementBodies[K] | undefined): Uint8Array {
  const row = managementTable[id];
  // The table pairs id and layout; the compiler cannot follow it through the generic.
  const dataSet = row.dataSet as unknown as DataSet<ManagementBodies[K]>;
  const data = body === undefined ? new Uint8Array() : dataSet.encode(body);
  const value = new Uint8Array(2 + data.length);
  new DataView(value.buffer).setUint16(0, row.code);
  value.set(data, 2);
  return value;
}
