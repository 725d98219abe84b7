/** What a GNSS receiver says through ubxtool. */
export type UbxFact =
  /** As receivers number fixes: 0 none to 5 time only. */
  | { readonly kind: "gnss-fix"; readonly fix: number }
  /** Estimate of the receiver's own error. */
  | { readonly kind: "gnss-time-accuracy"; readonly accuracyNs: number };

/** Which message the next line belongs to; ubxtool prints a message's name on a line of its own. */
export interface UbxReader {
  readonly message?: "UBX-NAV-STATUS" | "UBX-NAV-CLOCK";
}

/** A reader that has seen no message. */
export const initialUbxReader: UbxReader = {};

const maxLineLength = 4096;
const name = /^(UBX-[A-Z0-9-]{1,32}):?/;
const fix = /\bgpsFix (\d{1,3})\b/;
const accuracy = /\btAcc (\d{1,12})\b/;

/** Reads one more line of ubxtool's text. A message that does not carry what it should is passed over. */
export function readUbxLine(reader: UbxReader, line: string): { readonly reader: UbxReader; readonly fact?: UbxFact } {
  if (line.length > maxLineLength) return { reader: initialUbxReader };
  const message = name.exec(line)?.[1];
  if (message === "UBX-NAV-STATUS" || message === "UBX-NAV-CLOCK") return { reader: { message } };
  if (message !== undefined || reader.message === undefined) return { reader: initialUbxReader };
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
