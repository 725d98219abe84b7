import { shorten } from "../findings/describe-value.ts";
import { isGoDuration } from "./go-duration.ts";

const modes = ["true", "false", "basic", "enhanced"];

/**
 * Why a `logReduce` value is refused, or undefined. It is a mode, and for `enhanced` also a time and a threshold,
 * separated by white space; an empty value means false.
 */
export function checkLogReduce(value: string): string | undefined {
  const [mode = "false", time, threshold] = value.split(/\s+/).filter((field) => field !== "");
  if (!modes.includes(mode.toLowerCase())) {
    return `logReduce='${shorten(value)}' is invalid; the mode is one of ${modes.join(", ")}`;
  }
  if (mode.toLowerCase() !== "enhanced") return undefined;
  if (time !== undefined && !isGoDuration(time)) {
    return `logReduce time '${shorten(time)}' is invalid; write a duration with its unit, such as 30s or 1m30s`;
  }
  if (threshold !== undefined && !isThreshold(threshold)) {
    return `logReduce threshold '${shorten(threshold)}' is invalid; write nanoseconds as a whole number of at least 0`;
  }
  return undefined;
}

function isThreshold(text: string): boolean {
  // The length bound keeps the conversion cheap; no 64-bit number has more digits.
  return /^\+?\d{1,40}$/.test(text) && BigInt(text.replace("+", "")) < 2n ** 63n;
}
