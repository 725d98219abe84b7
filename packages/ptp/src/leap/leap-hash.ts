import type { LeapList } from "./leap-list.ts";

/** SHA-1 of an ASCII text as 40 lower-case hex digits; passed in, because hashing belongs to the host. */
export type Sha1Hex = (ascii: string) => string;

/** The hash of a list as its `#h` line has it: five groups of eight digits, over all numbers in the order of their lines. */
export function leapListHash({ updatedNtpS, expiresNtpS, leapSeconds }: LeapList, sha1Hex: Sha1Hex): string {
  const numbers = leapSeconds.map(({ ntpS, taiMinusUtcS }) => `${ntpS}${taiMinusUtcS}`).join("");
  return (sha1Hex(`${updatedNtpS}${expiresNtpS}${numbers}`).match(/.{8}/g) ?? []).join(" ");
}
