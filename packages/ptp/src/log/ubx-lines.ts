import type { GnssLeapIndication } from "../leap/gnss-leap.ts";

/** What a GNSS receiver says of its time. */
export type UbxStatusFact =
  /** As receivers number fixes: 0 none to 5 time only. */
  | { readonly kind: "gnss-fix"; readonly fix: number }
  /** Estimate of the receiver's own error. */
  | { readonly kind: "gnss-time-accuracy"; readonly accuracyNs: number };

/** What a GNSS receiver says through ubxtool. */
export type UbxFact = UbxStatusFact | { readonly kind: "gnss-leap"; readonly indication: GnssLeapIndication };

/** Which message the next line belongs to; ubxtool prints a message's name on a line of its own. */
export interface UbxReader {
  readonly message?: "UBX-NAV-STATUS" | "UBX-NAV-CLOCK" | "UBX-NAV-TIMELS";
  /** Lines of a message that has several, as far as they have come. */
  readonly lines?: readonly string[];
}

/** A reader that has seen no message. */
export const initialUbxReader: UbxReader = {};

/** A reader after a line, with what the line completed. */
export interface UbxStep {
  readonly reader: UbxReader;
  readonly fact?: UbxFact;
}

const maxLineLength = 4096;
const name = /^(UBX-[A-Z0-9-]{1,32}):?/;
const fix = /\bgpsFix (\d{1,3})\b/;
const accuracy = /\btAcc (\d{1,12})\b/;
/** UBX-NAV-TIMELS takes four. */
const maxLines = 4;

/** Reads one more line of ubxtool's text. A message that does not carry what it should is passed over. */
export function readUbxLine(reader: UbxReader, line: string): UbxStep {
  if (line.length > maxLineLength) return { reader: initialUbxReader };
  const message = name.exec(line)?.[1];
  if (message === "UBX-NAV-STATUS" || message === "UBX-NAV-CLOCK" || message === "UBX-NAV-TIMELS")
    return { reader: { message } };
  if (message !== undefined || reader.message === undefined) return { reader: initialUbxReader };
  if (reader.message === "UBX-NAV-TIMELS") return readLeapLine(reader.lines ?? [], line);
  const fact = reader.message === "UBX-NAV-STATUS" ? readFix(line) : readAccuracy(line);
  return fact === undefined ? { reader: initialUbxReader } : { reader: initialUbxReader, fact };
}

function readFix(line: string): UbxFact | undefined {
  const value = fix.exec(line)?.[1];
  return value === undefined ? undefined : { kind: "gnss-fix", fix: Number(value) };
}

function readAccuracy(line: string): UbxFact | undefined {
  const value = accuracy.exec(line)?.[1];
  return value === undefined ? undefined : { kind: "gnss-time-accuracy", accuracyNs: Number(value) };
}

/** The field that ends the message tells which of the others hold. */
function readLeapLine(before: readonly string[], line: string): UbxStep {
  const lines = [...before, line];
  if (/\bvalid x[\da-f]{1,2}\b/i.test(line)) {
    const indication = readIndication(lines.join(" "));
    return { reader: initialUbxReader, ...(indication && { fact: { kind: "gnss-leap", indication } }) };
  }
  return { reader: lines.length < maxLines ? { message: "UBX-NAV-TIMELS", lines } : initialUbxReader };
}

function readIndication(text: string): GnssLeapIndication | undefined {
  const number = (field: string) => {
    const value = new RegExp(String.raw`\b${field} (-?\d{1,12})(?!\S)`).exec(text)?.[1];
    return value === undefined ? Number.NaN : Number(value);
  };
  const indication: GnssLeapIndication = {
    currentSource: number("srcOfCurrLs"),
    currentLeapS: number("currLs"),
    changeS: number("lsChange"),
    secondsToEvent: number("timeToLsEvent"),
    eventGpsWeek: number("dateOfLsGpsWn"),
    eventGpsDay: number("dateOfLsGpsDn"),
    valid: Number.parseInt(/\bvalid x([\da-f]{1,2})\b/i.exec(text)?.[1] ?? "", 16),
  };
  return Object.values(indication).some(Number.isNaN) ? undefined : indication;
}
