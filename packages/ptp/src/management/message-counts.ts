import type { Field } from "./field.ts";

/** Place of each kind of message in a table of counters: its type (IEEE 1588-2019 table 36). */
const typeByKind = {
  sync: 0x0,
  delayReq: 0x1,
  pdelayReq: 0x2,
  pdelayResp: 0x3,
  followUp: 0x8,
  delayResp: 0x9,
  pdelayRespFollowUp: 0xa,
  announce: 0xb,
  signaling: 0xc,
  management: 0xd,
} as const;

/** Messages by kind; exact up to 2^53. */
export type MessageCounts = Readonly<Record<keyof typeof typeByKind, number>>;

const kinds = Object.keys(typeByKind) as readonly (keyof MessageCounts)[];
const counterBytes = 8;

/** Sixteen counters of 64 bits: the one thing that linuxptp sends with the lowest byte first. */
export const messageCounts = (at: number): Field<MessageCounts> => ({
  at,
  read: (view) => {
    const count = (kind: keyof MessageCounts) => Number(view.getBigUint64(at + counterBytes * typeByKind[kind], true));
    return Object.fromEntries(kinds.map((kind) => [kind, count(kind)])) as MessageCounts;
  },
  write: (view, value) => {
    for (const kind of kinds) {
      const count = value[kind];
      if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${kind}: ${count} is no count`);
      view.setBigUint64(at + counterBytes * typeByKind[kind], BigInt(count), true);
    }
  },
});
