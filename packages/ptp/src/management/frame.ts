import { readPortIdentity, writePortIdentity, type PortIdentity } from "../clock/port-identity.ts";

/** Who speaks to whom in a management message. */
export interface Envelope {
  readonly domainNumber: number;
  /** Pairs an answer with its request; 0 to 65535. */
  readonly sequenceId: number;
  /** Who sent it; of an answer the clock (port number 0) or port that answers. */
  readonly sourcePortIdentity: PortIdentity;
  readonly targetPortIdentity: PortIdentity;
}

/** What a management message does (IEEE 1588-2019 table 57), indexed by code. */
export const actions = ["GET", "SET", "RESPONSE", "COMMAND", "ACKNOWLEDGE"] as const;

/** What a management message does. */
export type Action = (typeof actions)[number];

/** A management message taken apart, before its TLV is understood. */
export interface Frame extends Envelope {
  readonly action: Action;
  readonly tlvType: number;
  /** The whole message, and where in it the value of the first TLV stands. */
  readonly view: DataView;
  readonly valueAt: number;
  readonly valueBytes: number;
}

/** TLV types of management messages (IEEE 1588-2019 table 52). */
export const tlvTypes = { management: 1, managementErrorStatus: 2 } as const;

const managementMessage = 0xd;
const offsets = { length: 2, domain: 4, source: 20, sequenceId: 30, control: 32, logInterval: 33 } as const;
/** Where the sequence number stands. */
export const sequenceIdAt = offsets.sequenceId;
const bodyOffsets = { target: 34, action: 46, tlv: 48 } as const;
const tlvHeaderBytes = 4;
/** Larger than any message ptp4l sends or accepts. */
const maxBytes = 4096;

/** Takes `bytes` apart; the reason in words if they are no complete PTP version 2 management message. Never throws. */
export function readFrame(bytes: Uint8Array): Frame | { readonly reason: string } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reason = refuseHeader(view);
  if (reason !== undefined) return { reason };
  const action = actions[view.getUint8(bodyOffsets.action) & 0xf];
  if (action === undefined) return { reason: `action ${view.getUint8(bodyOffsets.action) & 0xf} is not known` };
  const tlvReason = refuseTlvs(view);
  if (tlvReason !== undefined) return { reason: tlvReason };
  const valueAt = bodyOffsets.tlv + tlvHeaderBytes;
  return {
    domainNumber: view.getUint8(offsets.domain),
    sequenceId: view.getUint16(offsets.sequenceId),
    sourcePortIdentity: readPortIdentity(view, offsets.source),
    targetPortIdentity: readPortIdentity(view, bodyOffsets.target),
    action,
    tlvType: view.getUint16(bodyOffsets.tlv),
    view,
    valueAt,
    valueBytes: view.getUint16(bodyOffsets.tlv + 2),
  };
}

/** The bytes of a management message with one TLV. */
export function writeFrame(envelope: Envelope, action: Action, tlvType: number, value: Uint8Array): Uint8Array {
  const valueAt = bodyOffsets.tlv + tlvHeaderBytes;
  const bytes = new Uint8Array(valueAt + value.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, managementMessage);
  view.setUint8(1, 2);
  view.setUint16(offsets.length, bytes.length);
  view.setUint8(offsets.domain, envelope.domainNumber);
  writePortIdentity(view, offsets.source, envelope.sourcePortIdentity);
  view.setUint16(offsets.sequenceId, envelope.sequenceId);
  view.setUint8(offsets.control, 4);
  view.setUint8(offsets.logInterval, 0x7f);
  writePortIdentity(view, bodyOffsets.target, envelope.targetPortIdentity);
  view.setUint8(bodyOffsets.action, actions.indexOf(action));
  view.setUint16(bodyOffsets.tlv, tlvType);
  view.setUint16(bodyOffsets.tlv + 2, value.length);
  bytes.set(value, valueAt);
  return bytes;
}

function refuseHeader(view: DataView): string | undefined {
  const least = bodyOffsets.tlv + tlvHeaderBytes;
  if (view.byteLength < least) return `${view.byteLength} bytes, at least ${least} needed`;
  if (view.byteLength > maxBytes) return `${view.byteLength} bytes, at most ${maxBytes} allowed`;
  if ((view.getUint8(0) & 0xf) !== managementMessage) return `message type ${view.getUint8(0) & 0xf} is not management`;
  if ((view.getUint8(1) & 0xf) !== 2) return `PTP version ${view.getUint8(1) & 0xf} is not 2`;
  const claimed = view.getUint16(offsets.length);
  return claimed === view.byteLength ? undefined : `${view.byteLength} bytes that claim to be ${claimed}`;
}

/** Walks the TLVs: the first is ours, others (such as authentication) need only be whole. */
function refuseTlvs(view: DataView): string | undefined {
  let at: number = bodyOffsets.tlv;
  while (at < view.byteLength) {
    if (at + tlvHeaderBytes > view.byteLength) return `${view.byteLength - at} stray bytes after the last TLV`;
    const length = view.getUint16(at + 2);
    if (length % 2 !== 0) return `TLV at byte ${at} of odd length ${length}`;
    at += tlvHeaderBytes + length;
    if (at > view.byteLength) return `TLV of ${length} bytes ends ${at - view.byteLength} bytes after the message`;
  }
  return undefined;
}
