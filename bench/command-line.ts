import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import { benchmarks } from "./benchmarks.ts";
import { defaultDist } from "./programs/program-paths.ts";

/** What to run and how. */
export interface BenchOptions {
  readonly wanted: readonly Benchmark[];
  readonly quick: boolean;
  readonly dist: string;
  readonly watchMs: number;
  readonly settleMs: number;
  readonly json: boolean;
  readonly check: boolean;
}

/** For people. */
export const usage = `usage: node bench/main.ts [OPTION…] [BENCHMARK…]
Measures latencies, CPU and memory of operator and agent; without names all benchmarks. Needs root and "make bundle".
  --quick           smoke run in under a minute: few repetitions, small swarms; its numbers mean little
  --watch SECONDS   length of each watch over memory and CPU (default 300)
  --settle SECONDS  how long 5,000 sessions stand before their memory is taken (default 600)
  --dist DIR        folder with the bundles (default dist)
  -o table|json     json: one document at the end, progress on stderr
  --check           exit 1 when a target was missed
benchmarks:
${benchmarks.map(({ name, title }) => `  ${name.padEnd(17)} ${title}`).join("\n")}`;

/** Reads the command line: options, the word "help", or what is wrong with it. */
export function readCommandLine(argv: readonly string[]): BenchOptions | "help" | Error {
  try {
    const { values, positionals } = parse(argv);
    if (values.help) return "help";
    if (values.output !== "table" && values.output !== "json") return new Error(`-o ${values.output}: table or json`);
    return {
      wanted: positionals.length === 0 ? benchmarks.filter(isWanted(values.quick)) : positionals.map(benchmarkNamed),
      quick: values.quick,
      dist: values.dist,
      watchMs: milliseconds("watch", values.watch, values.quick ? 3 : 300),
      settleMs: milliseconds("settle", values.settle, values.quick ? 1 : 600),
      json: values.output === "json",
      check: values.check,
    };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      output: { type: "string", short: "o", default: "table" },
      dist: { type: "string", default: defaultDist },
      watch: { type: "string" },
      settle: { type: "string" },
    },
  });
}

/** A smoke run shrinks all storms to the same size: one is enough. */
function isWanted(quick: boolean): (benchmark: Benchmark) => boolean {
  return ({ name }) => !quick || (name !== "storm-5000" && name !== "cluster-5000");
}

function benchmarkNamed(word: string): Benchmark {
  const found = benchmarks.find(({ name }) => name === word);
  if (found !== undefined) return found;
  throw new Error(`no such benchmark: ${word} (known: ${benchmarks.map(({ name }) => name).join(", ")})`);
}

function milliseconds(flag: string, text: string | undefined, defaultSeconds: number): number {
  const seconds = text === undefined ? defaultSeconds : Number(text);
  if (!(seconds > 0)) throw new Error(`--${flag} ${text}: a number of seconds above 0`);
  return seconds * 1_000;
}
