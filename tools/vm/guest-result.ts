/** What a test of the guest came to, as a line of JSON. */
export interface GuestResult {
  readonly name: string;
  readonly seconds: number;
  /** Present: it failed. */
  readonly error?: string;
  /** Present: it did not run. */
  readonly skip?: string;
}

/** Where the guest writes its results, one a line. */
export const resultsName = "results.jsonl";

/** Where the guest writes for how long it stood still, in milliseconds, one a line. */
export const stallsName = "stalls.txt";

/** Where scenarios write what they measured, a text a line, for whoever reads the run. */
export const measuredName = "measured.txt";

/** The folder that guest and host share, as the guest sees it. */
export const guestFolder = "/run/vm";

/** Reads the lines a guest wrote. One that was cut off by the machine's end is left out. */
export function readResults(text: string): readonly GuestResult[] {
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as GuestResult];
    } catch {
      return [];
    }
  });
}
