import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseLogHeader } from "./log-header.ts";
import { usualHeader } from "./usual-header.ts";

/** The whole grammar takes any space there, the short cut one blank. */
const byGrammar = (line: string) => parseLogHeader(line.replace("]: [", "]:  ["));

test("usualHeader: what the whole grammar finds, to the last bit of the number", () => {
  const piece = fc.constantFrom(
    "ptp4l",
    "phc2sys",
    "ts2phc",
    "x",
    "[",
    "]",
    "]: [",
    ":",
    ".",
    " ",
    "\u00a0",
    "0",
    "6",
    "{level}",
  );
  const pieces = fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 8 }).map((all) => all.join(""));
  const stamp = fc.oneof(
    fc.tuple(fc.nat(), fc.nat(999)).map(([seconds, ms]) => `${seconds}.${String(ms).padStart(3, "0")}`),
    fc.stringMatching(/^[0-9.e-]{0,20}$/),
  );
  const program = fc.constantFrom("ptp4l", "phc2sys", "ts2phc", "chronyd", "ptp4l ");
  const line = fc
    .tuple(program, stamp, pieces, pieces)
    .map(([name, seconds, tag, text]) => `${name}[${seconds}]: [${tag}] ${text}`);
  fc.assert(
    fc.property(fc.oneof(line, pieces), (each) => {
      const found = usualHeader(each);
      if (found !== undefined) assert.deepEqual(found, byGrammar(each));
    }),
    { numRuns: 5_000 },
  );
});

test("usualHeader: takes what linuxptp writes, and leaves the rest to the grammar", () => {
  assert.deepEqual(usualHeader("ptp4l[43846.946]: [ptp4l.0.config:6] port 1: SLAVE  "), {
    program: "ptp4l",
    uptimeS: 43_846.946,
    configName: "ptp4l.0.config",
    severity: 6,
    text: "port 1: SLAVE",
  });
  for (const other of [
    "ptp4l[1]: [t:6] x",
    "ptp4l[1.]: [t:6] x",
    "ptp4l[.1]: [t:6] x",
    "ptp4l[1.0000000000]: [t:6] x",
    "ptp4l[1.5]: [] x",
    `ptp4l[1.5]: [${"t".repeat(256)}] x`,
    "ptp4l[1.5]:[t] x",
    "chronyd[1.5]: [t:6] x",
    "ptp4l[1.5]: text",
  ]) {
    assert.equal(usualHeader(other), undefined, other);
  }
});
