import type { LogHeader } from "./log-header.ts";
import { parseMessageTag } from "./message-tag.ts";

/** Who writes nearly all lines. */
const usualPrograms: ReadonlySet<string> = new Set(["ptp4l", "phc2sys", "ts2phc"]);

/**
 * Takes `ptp4l[43846.946]: [TAG] text` apart, as linuxptp writes it with a tag; undefined: it may be another form. A third of the time
 * that the whole grammar takes, for what nearly all lines are.
 */
export function usualHeader(line: string): LogHeader | undefined {
  const open = line.indexOf("[");
  const close = line.indexOf("]", open);
  if (open < 0 || !line.startsWith("]: [", close)) return undefined;
  const tagAt = close + 4;
  const end = line.indexOf("]", tagAt);
  const program = line.slice(0, open);
  if (end <= tagAt || end - tagAt > maxTagLength || !usualPrograms.has(program)) return undefined;
  const uptimeS = decimalIn(line, open + 1, close);
  if (uptimeS === undefined) return undefined;
  const { configName, severity } = parseMessageTag(line.slice(tagAt, end));
  const text = line.slice(end + 1).trim();
  return severity === undefined
    ? { program, uptimeS, configName, text }
    : { program, uptimeS, configName, severity, text };
}

const maxTagLength = 255;
const [zero, nine, point] = ["0", "9", "."].map((char) => char.charCodeAt(0)) as [number, number, number];
/** Fewer digits are an exact integer, and that by an exact power of ten is the nearest number, as `Number` finds it. */
const maxExactDigits = 15;

/** `12.345` between two places of a line; undefined if it is not digits, a point and one to nine digits, or has too many. */
function decimalIn(line: string, from: number, to: number): number | undefined {
  if (to - from > maxExactDigits + 1) return undefined;
  let pointAt = -1;
  let digits = 0;
  for (let i = from; i < to; i += 1) {
    const code = line.charCodeAt(i);
    if (code === point && pointAt < 0) pointAt = i;
    else if (code >= zero && code <= nine) digits = digits * 10 + (code - zero);
    else return undefined;
  }
  const decimals = to - 1 - pointAt;
  return pointAt > from && decimals >= 1 && decimals <= 9 ? digits / 10 ** decimals : undefined;
}
