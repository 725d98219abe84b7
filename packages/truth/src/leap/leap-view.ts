import { unixMsOfNtp, type UtcOffset } from "@ptp/ptp";
import type { LeapBook, LeapOrigin, LeapValidity } from "./leap-book.ts";

/** What a node shows of its leap second list. */
export interface LeapView {
  readonly origin: LeapOrigin;
  readonly validity: LeapValidity;
  /** Why, in words. */
  readonly cause: readonly string[];
  /** From when on ts2phc takes no time by the list. */
  readonly expiresUnixMs: number;
  /** How long its publisher vouches for it; earlier than `expiresUnixMs` where nobody gave the node a list. */
  readonly vouchedUntilUnixMs: number;
  readonly utc: UtcOffset;
  /** Absent: none is known. */
  readonly next?: { readonly atUnixMs: number; readonly taiMinusUtcS: number };
  /** What a receiver says against the list. */
  readonly contradiction?: string;
}

/** What to show of the book; as of the moment it was stepped last. */
export function leapView({ inForce, listByOrigin, utc, next, validity, contradiction }: LeapBook): LeapView {
  const { origin, list } = inForce;
  return {
    origin,
    validity: validity.value,
    cause: validity.cause,
    expiresUnixMs: unixMsOfNtp(list.expiresNtpS),
    vouchedUntilUnixMs: unixMsOfNtp(listByOrigin[origin]?.expiresNtpS ?? list.expiresNtpS),
    utc: utc.value,
    ...(next && { next: { atUnixMs: unixMsOfNtp(next.ntpS), taiMinusUtcS: next.taiMinusUtcS } }),
    ...(contradiction !== undefined && { contradiction }),
  };
}
