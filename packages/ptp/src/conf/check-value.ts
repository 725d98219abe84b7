import type { OptionSpec, ValueSpec } from "./option-spec.ts";

/** Why a value is refused: it does not read as the type, or it reads but is not allowed. */
export type ValueProblem = "bad-value" | "out-of-range";

/** Judges a value as linuxptp reads it: undefined when the option takes it. */
export function checkValue(spec: Pick<OptionSpec, "value" | "keyword">, value: string): ValueProblem | undefined {
  if (spec.keyword !== undefined && spec.keyword.toLowerCase() === value.toLowerCase()) return undefined;
  switch (spec.value.type) {
    case "int":
    case "uint":
    case "u64":
      return checkRange(parseInteger(value), spec.value);
    case "double":
      return checkRange(parseReal(value), spec.value);
    case "enum":
      return spec.value.values.some((each) => each.toLowerCase() === value.toLowerCase()) ? undefined : "bad-value";
    case "string":
      return spec.value.format === "mac" && !isMacAddress(value) ? "bad-value" : undefined;
  }
}

/** What an option takes, in words that fit after "write": `an integer from 0 to 127`, `one of L2, UDPv4, UDPv6`. */
export function describeValue(spec: Pick<OptionSpec, "value" | "keyword">): string {
  const keyword = spec.keyword === undefined ? "" : ` or ${spec.keyword}`;
  return `${describeType(spec.value)}${keyword}`;
}

function describeType(value: ValueSpec): string {
  switch (value.type) {
    case "int":
    case "uint":
    case "u64":
      return value.min === 0 && value.max === 1 ? "0 or 1" : `an integer from ${value.min} to ${value.max}`;
    case "double":
      return describeReal(value.min, value.max);
    case "enum":
      return `one of ${value.values.join(", ")}`;
    case "string":
      return value.format === "mac" ? "a MAC address such as 01:1B:19:00:00:00" : "text";
  }
}

function describeReal(min: number, max: number): string {
  const isOpen = max === Number.MAX_VALUE;
  if (min === -Number.MAX_VALUE && isOpen) return "a number";
  if (isOpen) return `a number of at least ${min}`;
  // The smallest normal number as a lower bound says no more than that zero is refused.
  return min > 0 && min < 1e-300 ? `a number above 0, at most ${max}` : `a number from ${min} to ${max}`;
}

function checkRange(
  parsed: number | bigint | undefined,
  range: { readonly min: number | bigint; readonly max: number | bigint },
): ValueProblem | undefined {
  if (parsed === undefined) return "bad-value";
  return parsed >= range.min && parsed <= range.max ? undefined : "out-of-range";
}

/** Reads an integer as C's strtol() does with base 0: decimal, 0x hexadecimal, leading 0 octal. */
export function parseInteger(value: string): bigint | undefined {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(value);
  const digits = match?.[2];
  if (digits === undefined) return undefined;
  // Beyond any bound, and BigInt needs quadratic time for it.
  const bounded = digits.length > 64 ? `0x1${"0".repeat(64)}` : digits;
  const magnitude = /^0[0-7]/.test(bounded) ? BigInt(`0o${bounded.slice(1)}`) : BigInt(bounded);
  return match?.[1] === "-" ? -magnitude : magnitude;
}

// strtod() also reads "nan", which no option can mean: it is refused here.
function parseReal(value: string): number | undefined {
  const match = /^([+-]?)(inf(?:inity)?|0x[0-9a-f]+|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?)$/i.exec(value);
  const digits = match?.[2];
  if (digits === undefined) return undefined;
  const magnitude = /^inf/i.test(digits) ? Number.POSITIVE_INFINITY : Number(digits);
  return match?.[1] === "-" ? -magnitude : magnitude;
}

/** True for six hexadecimal octets separated by colons. */
export function isMacAddress(value: string): boolean {
  return /^[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}$/i.test(value);
}
