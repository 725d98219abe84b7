import { readCommandLine, usage, type BenchOptions } from "./command-line.ts";
import { raiseFileLimit } from "./raise-file-limit.ts";
import { isMet } from "./report/measurement.ts";
import { toJson } from "./report/to-json.ts";
import { runBenchmark, type Outcome } from "./run-benchmark.ts";

/** Exit code: 0 when all ran, 1 when one could not (or, with --check, missed a target), 2 for a wrong command line. */
async function main(): Promise<number> {
  const options = readCommandLine(process.argv.slice(2));
  if (options === "help") {
    console.log(usage);
    return 0;
  }
  if (options instanceof Error) {
    console.error(`bench: ${options.message}\n\n${usage}`);
    return 2;
  }
  raiseFileLimit();
  const outcomes: Outcome[] = [];
  for (const benchmark of options.wanted) outcomes.push(await runBenchmark(benchmark, options));
  if (options.json) console.log(JSON.stringify(toJson(outcomes, options.quick), undefined, 2));
  return exitCode(outcomes, options);
}

function exitCode(outcomes: readonly Outcome[], { check }: BenchOptions): number {
  const failed = outcomes.filter(({ problem }) => problem !== undefined);
  const missed = outcomes.flatMap(({ measurements }) => measurements).filter((each) => isMet(each) === false);
  for (const { benchmark, skipped } of outcomes) {
    if (skipped !== undefined) console.error(`bench: ${benchmark.name} was SKIPPED: ${skipped}`);
  }
  for (const { benchmark, problem } of failed) console.error(`bench: ${benchmark.name} could not run: ${problem}`);
  if (missed.length > 0) console.error(`bench: ${missed.length} targets were missed`);
  return failed.length > 0 || (check && missed.length > 0) ? 1 : 0;
}

process.exitCode = await main();
