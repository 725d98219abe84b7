import { leapListHash, type Sha1Hex } from "./leap-hash.ts";
import type { LeapList } from "./leap-list.ts";
import { formatNtpDay } from "./ntp-time.ts";

/**
 * The text of a list, as linuxptp reads it.
 *
 * @param remarks what to tell people first, a line each.
 */
export function renderLeapList(list: LeapList, sha1Hex: Sha1Hex, remarks: readonly string[] = []): string {
  const lines = list.leapSeconds.map(
    ({ ntpS, taiMinusUtcS }) => `${ntpS}     ${taiMinusUtcS}    # ${formatNtpDay(ntpS)}`,
  );
  return [
    ...remarks.map((remark) => `# ${remark}`),
    `#$\t${list.updatedNtpS}`,
    `#@\t${list.expiresNtpS}`,
    ...lines,
    "",
    `#h\t${leapListHash(list, sha1Hex)}`,
    "",
  ].join("\n");
}
