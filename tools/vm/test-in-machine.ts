import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { measuredName, readResults, resultsName, stallsName, type GuestResult } from "./guest-result.ts";
import type { MachineOptions } from "./machine.ts";
import { runMachine } from "./run-machine.ts";
import { vmMissing } from "./vm-files.ts";

/** Scenarios that share one boot of a test machine. */
export interface MachineTest {
  readonly name: string;
  readonly machine: MachineOptions;
  /** Test files of node:test (absolute), run inside one after another. */
  readonly files: readonly string[];
  /** The machine is ended after this time; default 7 minutes, of which a fast machine needs two. */
  readonly timeoutMs?: number;
}

const runner = join(import.meta.dirname, "run-in-guest.ts");

/** A run may be repeated so often where the machine stood still in it. */
const repetitions = 2;

/**
 * Registers a test that boots a machine, runs the scenarios in it and tells each of their tests as one of its own. Where no
 * machine can be booted it fails and says why: what has no other test is never skipped. A run that fails while the machine
 * stood still for a quarter of a second or more says nothing about the programs in it, and is repeated.
 */
export function testInMachine(options: MachineTest): void {
  const { name, timeoutMs = 420_000 } = options;
  test(name, { timeout: (repetitions + 1) * (timeoutMs + 30_000) }, async (t) => {
    const missing = vmMissing();
    if (missing !== undefined) throw new Error(missing);
    let attempt = await tryOut(options, timeoutMs);
    for (let again = 0; again < repetitions && !isGood(attempt) && attempt.stallsMs.length > 0; again++) {
      console.error(`${name}: once more, since the machine stood still for ${attempt.stallsMs.join(", ")} ms`);
      for (const line of failuresOf(attempt)) console.error(`${name}: it failed: ${line}`);
      attempt = await tryOut(options, timeoutMs);
    }
    for (const line of attempt.measured) console.error(`${name}: ${line}`);
    for (const { name, error, skip } of attempt.results) {
      await t.test(name, (t) => {
        if (skip !== undefined) t.skip(skip);
        if (error !== undefined) throw Object.assign(new Error(error), { stack: error });
      });
    }
    assert.ok(
      isComplete(attempt),
      `${attempt.trouble ?? "no test ran"}; the end of the console:\n${attempt.lastLines}`,
    );
  });
}

interface Attempt {
  readonly results: readonly GuestResult[];
  readonly measured: readonly string[];
  readonly stallsMs: readonly string[];
  /** Why the machine did not end by itself. */
  readonly trouble: string | undefined;
  readonly lastLines: string;
}

async function tryOut({ name, machine, files }: MachineTest, timeoutMs: number): Promise<Attempt> {
  const argv = [process.execPath, runner, ...files];
  const run = await runMachine({ name: name.replaceAll(/\W+/g, "-"), machine, argv, timeoutMs });
  const read = (file: string): Promise<string> => readFile(join(run.folder, file), "utf8").catch(() => "");
  const lines = async (file: string): Promise<string[]> => (await read(file)).split("\n").filter((line) => line !== "");
  return {
    results: readResults(await read(resultsName)),
    measured: await lines(measuredName),
    stallsMs: await lines(stallsName),
    trouble: run.trouble,
    lastLines: run.console.split(/\r?\n/).slice(-40).join("\n"),
  };
}

/** The first line of each. */
function failuresOf({ results }: Attempt): readonly string[] {
  return results.flatMap(({ name, error }) => (error === undefined ? [] : [`${name}: ${error.split("\n")[0]}`]));
}

function isComplete({ results, trouble }: Attempt): boolean {
  return trouble === undefined && results.length > 0;
}

function isGood(attempt: Attempt): boolean {
  return isComplete(attempt) && attempt.results.every(({ error }) => error === undefined);
}
