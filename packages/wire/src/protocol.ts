/** Oldest protocol version this build speaks. */
export const PROTOCOL_MIN = 1;

/** Newest protocol version this build speaks. */
export const PROTOCOL_MAX = 1;

/** Protocol versions a side speaks, both ends included. */
export interface ProtocolRange {
  readonly protocolMin: number;
  readonly protocolMax: number;
}

/** What this build speaks. */
export const ownProtocols: ProtocolRange = { protocolMin: PROTOCOL_MIN, protocolMax: PROTOCOL_MAX };

/** The version both sides will use, or why there is none and which side must be updated. */
export type Negotiation =
  { readonly ok: true; readonly protocol: number } | { readonly ok: false; readonly reason: string };

/** The highest version both sides know (skew N/N-1: each side keeps the version before its newest). */
export function negotiateProtocol(hello: ProtocolRange, own: ProtocolRange = ownProtocols): Negotiation {
  const { protocolMin, protocolMax } = hello;
  if (protocolMin < 1 || protocolMax < protocolMin) {
    return {
      ok: false,
      reason: `the agent's protocol range ${rangeText(hello)} is not a range: is the peer an agent of this operator?`,
    };
  }
  const protocol = Math.min(protocolMax, own.protocolMax);
  if (protocol >= Math.max(protocolMin, own.protocolMin)) return { ok: true, protocol };
  const older = protocolMax < own.protocolMin ? "agent" : "operator";
  return {
    ok: false,
    reason:
      `the agent speaks protocol ${rangeText(hello)}, the operator ${rangeText(own)}: ` +
      `update the ${older} to a version at most one minor version older than the other`,
  };
}

function rangeText({ protocolMin, protocolMax }: ProtocolRange): string {
  return protocolMin === protocolMax ? `${protocolMin}` : `${protocolMin}..${protocolMax}`;
}
