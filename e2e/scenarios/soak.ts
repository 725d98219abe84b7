import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { worldMissing } from "../../tools/demo/requirements.ts";
import { createLab } from "../../tools/lab/lab.ts";
import { linuxptpReleases } from "../../tools/lab/linuxptp/releases.ts";
import { latencyTable, type PlayedLatency } from "./testing/latency-table.ts";
import { playScenario } from "./testing/play-scenario.ts";
import { scenarios } from "./table.ts";

// Usage: node e2e/scenarios/soak.ts [--runs 20] [--fuzz-seconds 600] [--only WORD]
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "20" },
    "fuzz-seconds": { type: "string", default: "600" },
    only: { type: "string", default: "" },
  },
});
const [runs, fuzzSeconds] = [Number(values.runs), Number(values["fuzz-seconds"])];
const wanted = scenarios.filter(({ name }) => name.includes(values.only));
const releases = linuxptpReleases.map(({ release }) => release);

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
for (const failure of failures) console.log(`FAILED: ${failure}`);
if (fuzzSeconds > 0 && (await fuzz()) !== 0) failures.push("fuzz");
process.exitCode = failures.length === 0 ? 0 : 1;

async function playAll(run: number): Promise<void> {
  const began = performance.now();
  let failed = 0;
  for (const scenario of wanted) {
    const lab = await createLab();
    try {
      if (!lab.clock.adjustable) throw new Error(`ports stay UNCALIBRATED: ${lab.clock.reason}`);
      const outcomes = await Promise.allSettled(releases.map((release) => playScenario(lab, scenario, release)));
      for (const [place, outcome] of outcomes.entries()) {
        if (outcome.status === "rejected") {
          failed += 1;
          failures.push(`run ${run}: ${String(outcome.reason)}`);
          continue;
        }
        const where = { scenario: scenario.name, release: releases[place] ?? "" };
        played.push(...outcome.value.map((latency) => ({ ...where, ...latency })));
      }
    } finally {
      await lab.close();
    }
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  console.log(`run ${run} of ${runs}: ${failed === 0 ? "all as told" : `${failed} FAILED`} (${seconds} s)`);
}

async function fuzz(): Promise<number> {
  const program = join(import.meta.dirname, "../../tools/fuzz/main.ts");
  const child = spawn(process.execPath, [program, "--seconds", String(fuzzSeconds)], { stdio: "inherit" });
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}
