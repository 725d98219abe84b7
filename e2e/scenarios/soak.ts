import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { worldMissing } from "../../tools/demo/requirements.ts";
import { createLab, type Lab } from "../../tools/lab/lab.ts";
import { linuxptpReleases } from "../../tools/lab/linuxptp/releases.ts";
import { latencyTable, type PlayedLatency } from "./testing/latency-table.ts";
import { playScenario } from "./testing/play-scenario.ts";
import type { Scenario } from "./testing/scenario.ts";
import { scenarios } from "./table.ts";

// Usage: node e2e/scenarios/soak.ts [--runs 20] [--fuzz-seconds 600] [--only WORD] [--together 2]
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "20" },
    "fuzz-seconds": { type: "string", default: "600" },
    only: { type: "string", default: "" },
    // So many scenarios share the machine, each with all releases: what they must stand, and half the time.
    together: { type: "string", default: "2" },
  },
});
const [runs, fuzzSeconds, together] = [Number(values.runs), Number(values["fuzz-seconds"]), Number(values.together)];
if (!(together >= 1)) {
  console.error("--together takes a number of scenarios, 1 or more");
  process.exit(2);
}
const wanted = scenarios.filter(({ name }) => name.includes(values.only));
const releases = linuxptpReleases.map(({ release }) => release);

interface Play {
  readonly scenario: Scenario;
  readonly release: string;
}

const played: PlayedLatency[] = [];
const failures: string[] = [];
const startedMs = performance.now();
const missing = await worldMissing(releases);
if (missing !== undefined) failures.push(`the scenarios cannot be played: ${missing}`);
else for (let run = 1; run <= runs; run++) await playAll(run);
const minutes = ((performance.now() - startedMs) / 60_000).toFixed(1);
for (const line of latencyTable(played)) console.log(line);
const plays = runs * wanted.length * releases.length;
console.log(
  `scenarios: ${plays} plays (${runs} × ${wanted.length} × ${releases.length} releases) in ${minutes} min, ${failures.length} failed`,
);
for (const failure of failures) console.log(`FAILED: ${failure.split("\n", 1)[0]}`);
if (fuzzSeconds > 0 && (await fuzz()) !== 0) failures.push("fuzz");
process.exitCode = failures.length === 0 ? 0 : 1;

async function playAll(run: number): Promise<void> {
  const began = performance.now();
  const before = failures.length;
  for (let at = 0; at < wanted.length; at += together) {
    const lab = await createLab();
    try {
      if (!lab.clock.adjustable) throw new Error(`ports stay UNCALIBRATED: ${lab.clock.reason}`);
      const group = wanted.slice(at, at + together);
      await Promise.all(
        group.flatMap((scenario) => releases.map((release) => playOne(run, lab, { scenario, release }))),
      );
    } finally {
      await lab.close();
    }
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  const failed = failures.length - before;
  console.log(`run ${run} of ${runs}: ${failed === 0 ? "all as told" : `${failed} FAILED`} (${seconds} s)`);
}

async function playOne(run: number, lab: Lab, { scenario, release }: Play): Promise<void> {
  try {
    const where = { scenario: scenario.name, release };
    played.push(...(await playScenario(lab, scenario, release)).map((latency) => ({ ...where, ...latency })));
  } catch (error) {
    const failure = `run ${run}: ${String(error)}`;
    console.log(`FAILED: ${failure}`);
    failures.push(failure);
  }
}

async function fuzz(): Promise<number> {
  const program = join(import.meta.dirname, "../../tools/fuzz/main.ts");
  const child = spawn(process.execPath, [program, "--seconds", String(fuzzSeconds)], { stdio: "inherit" });
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}
