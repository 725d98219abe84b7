/** Seconds from the epoch of NTP (1900) to that of Unix time (1970). */
const ntpToUnixS = 2_208_988_800;

/** Whole seconds since 1900 of a moment of Unix time. */
export function ntpSOf(unixMs: number): number {
  return Math.floor(unixMs / 1000) + ntpToUnixS;
}

/** Unix time, in milliseconds, of a second since 1900. */
export function unixMsOfNtp(ntpS: number): number {
  return (ntpS - ntpToUnixS) * 1000;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** The UTC day of a second since 1900, such as `1 Jan 2017`. */
export function formatNtpDay(ntpS: number): string {
  const { year, month, day } = civilDate(Math.floor((ntpS - ntpToUnixS) / 86_400));
  return `${day} ${months[month - 1] ?? ""} ${year}`;
}

/** Without the platform's date, which the core has not: years that begin in March put the leap day last. */
function civilDate(daysSince1970: number): { readonly year: number; readonly month: number; readonly day: number } {
  const days = daysSince1970 + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
