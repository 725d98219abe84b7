import { parseLine, readFact, stripLinePrefix } from "@ptp/ptp";
import { sharedLines, texts } from "../corpus.ts";
import type { FuzzTarget } from "../fuzz-target.ts";

const programs = ["ptp4l", "phc2sys", "ts2phc", "synce4l", "chronyd"] as const;
/** Other words that stand where a program's name does, some in lines of the existing daemon alone. */
const others = ["gpsd", "gpspipe", "pmc", "timemaster", "GM", "T-GM", "T-BC", "gnss", "dpll"] as const;

/** Every grammar with every text: not only with those that bear its program's name. */
export const logForms: FuzzTarget = {
  name: "log-forms",
  title: "readFact, parseLine and stripLinePrefix: any text has a fact or none, whose numbers are finite",
  seeds: () => [
    ...sharedLines("lab", /\.(log|txt)$/),
    ...sharedLines("daemon/logs", /unique-line-forms\.txt$/),
    ...texts("rms 7 max 9 freq -5 +/- 3 delay 90 +/- 1", "2026-11-21T10:00:00.5Z stdout F ptp4l[1.5]: rms 1 max 2"),
  ],
  baseMs: 20,
  prepare: () => (input) => {
    const text = Buffer.from(input).toString("utf8");
    stripLinePrefix(text);
    for (const program of [...programs, ...others]) allFinite(readFact(program, text));
    for (const program of programs) allFinite(parseLine(program, text));
  },
};

function allFinite(fact: object | undefined): void {
  for (const [field, value] of Object.entries(fact ?? {})) {
    if (typeof value === "number" && !Number.isFinite(value))
      throw new Error(`${field} is not finite: ${JSON.stringify(fact)}`);
  }
}
