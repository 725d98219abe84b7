import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import { watchStalls } from "../lab/stall-watch.ts";
import { guestFolder, resultsName, stallsName, type GuestResult } from "./guest-result.ts";

// Usage, inside the test machine: node run-in-guest.ts FILE…: runs test files one after another and writes what came of them.
const files = process.argv.slice(2);

function tell(result: GuestResult): void {
  appendFileSync(join(guestFolder, resultsName), `${JSON.stringify(result)}\n`);
  const word = result.error !== undefined ? "FAILED" : result.skip !== undefined ? "skipped" : "passed";
  console.log(`vm: ${word} after ${result.seconds.toFixed(1)} s: ${result.name}`);
}

function errorText(error: Error): string {
  const { cause } = error;
  return typeof cause === "string" ? cause : inspect(cause ?? error, { depth: 4 });
}

/** Shorter than elsewhere: with what is done a quarter of a second late, seconds of pulses and sentences are mistaken. */
const guestStallMs = 250;

watchStalls((lateMs) => appendFileSync(join(guestFolder, stallsName), `${lateMs}\n`), guestStallMs);

const events = run({ files, concurrency: 1 });
events.on("test:pass", ({ name, skip, details }) => {
  if (details.type === "suite" || files.includes(name)) return;
  const seconds = details.duration_ms / 1000;
  if (skip === undefined || skip === false) tell({ name, seconds });
  else tell({ name, seconds, skip: skip === true ? "no reason given" : skip });
});
events.on("test:fail", ({ name, details }) => {
  const isEcho = "failureType" in details.error && details.error.failureType === "subtestsFailed";
  if (!isEcho) tell({ name, seconds: details.duration_ms / 1000, error: errorText(details.error) });
});
events.on("test:stdout", ({ message }) => process.stdout.write(message));
events.on("test:stderr", ({ message }) => process.stdout.write(message));
for await (const _ of events);
