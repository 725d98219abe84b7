/** What a log collector put in front of a line. */
export interface PrefixedLine {
  /** The line itself. */
  readonly text: string;
  /** Milliseconds of Unix time that the prefix tells. A klog stamp has no year: it is taken as of 1972, a leap year. */
  readonly unixMs?: number;
  /** True where the year is not known. */
  readonly yearless?: true;
}

const maxPrefixLength = 128;
const rfc3339 = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)) (?:(?:stdout|stderr) [FP] )?/;
const klog = /^[IWEF](\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3})\d{0,6} +\d+ [\w.-]{1,60}:\d{1,6}\] /;

/**
 * Takes off an RFC 3339 stamp (`kubectl logs --timestamps`, container runtimes with their stream and flag) and a klog header, each
 * if there. Of two stamps the outer one counts.
 */
export function stripLinePrefix(line: string): PrefixedLine {
  // Nearly all lines have none: a word's first letter is below any digit's or capital's check.
  const first = line.charCodeAt(0);
  if (first >= 48 && first <= 57) return stripDate(line);
  if (first === 73 || first === 87 || first === 69 || first === 70) return stripKlog(line);
  return { text: line };
}

function stripDate(line: string): PrefixedLine {
  const match = rfc3339.exec(line.slice(0, maxPrefixLength));
  if (match === null) return { text: line };
  const unixMs = unixMsOf(match[1] ?? "");
  const { text } = stripLinePrefix(line.slice(match[0].length));
  return unixMs === undefined ? { text } : { text, unixMs };
}

function stripKlog(line: string): PrefixedLine {
  const match = klog.exec(line.slice(0, maxPrefixLength));
  if (match === null) return { text: line };
  const [all, month, day, hour, minute, second, milli] = match;
  const unixMs = unixMsOf(`1972-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`);
  const text = line.slice(all.length);
  return unixMs === undefined ? { text } : { text, unixMs, yearless: true };
}

const fields = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d(?:\.\d{1,9})?)(?:Z|([+-])(\d\d):?(\d\d))$/;

/** Without the platform's date, which the core has not: days by the civil calendar. */
function unixMsOf(stamp: string): number | undefined {
  const match = fields.exec(stamp);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second >= 61) return undefined;
  const zoneMin = (match[7] === "-" ? -1 : 1) * (Number(match[8] ?? 0) * 60 + Number(match[9] ?? 0));
  const seconds = (daysSince1970(year, month, day) * 24 + hour) * 3600 + (minute - zoneMin) * 60;
  return Math.round((seconds + second) * 1000);
}

function daysSince1970(year: number, month: number, day: number): number {
  // Years that begin in March put the leap day last.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
