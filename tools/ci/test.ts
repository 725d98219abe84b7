import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { checkLock } from "./check-lock.ts";
import { disturbanceWatch } from "./disturbance.ts";
import { linuxptpMissing, linuxptpProgramDir } from "../lab/linuxptp/releases.ts";
import { unexpectedSkips } from "./expected-skips.ts";
import { runSuite } from "./run-suite.ts";
import { watchStalls } from "../lab/stall-watch.ts";
import type { SuiteResult } from "./test-results.ts";

// Usage: node tools/ci/test.ts [STEP…]; without arguments: lock types unit lab. In CI (CI=true) an unexpected skip fails.
const root = join(import.meta.dirname, "../..");
const inCi = process.env["CI"] !== undefined && process.env["CI"] !== "" && process.env["CI"] !== "false";
/** Tests by this name use real linuxptp, helm, a Kubernetes API server, namespaces or the clock: one file at a time. */
const labTests = [
  "packages/*/src/**/*.lab.test.ts",
  "tools/{chart,kubernetes}/**/*.lab.test.ts",
  "tools/lab/**/*.test.ts",
];
const unitTests = [
  "packages/*/{src,generate,schema}/**/*.test.ts",
  "tools/{chart,ci,conformance,debian,demo,fuzz,images,kubernetes}/**/*.test.ts",
  "{bench,examples}/**/*.test.ts",
];
/** Each boots an emulated machine with hardware clocks. */
const machineTests = ["e2e/vm/*.test.ts"];

/** Each has an API server, or a program and ports, of its own and mostly waits: two at a time. The first takes longest. */
const clusterTests = ["e2e/events/vectors.test.ts", "e2e/cluster/*.test.ts"];
/** Clusters whose nodes keep time for real: one at a time, as all that takes the machine's clock. */
const nodeTests = ["e2e/cluster/{story,agent-update,agent-https}.test.ts", "e2e/nodes/*.test.ts"];

/** Some tests are about what comes in time: see {@link runSuite} for one that fails while nothing could. */
const watch = disturbanceWatch(watchStalls());

/** Files that take longer are named with their time: who adds to them sees what a run costs. */
const slowSeconds = 10;

/** What one step found: a line for the summary, and whether it is good. */
interface StepResult {
  readonly good: boolean;
  readonly text: string;
}

const steps: Readonly<Record<string, () => Promise<StepResult>>> = {
  lock: async () => {
    const findings = checkLock(root);
    for (const finding of findings) console.log(finding);
    return {
      good: findings.length === 0,
      text: findings.length === 0 ? "exact and complete" : `${findings.length} findings`,
    };
  },
  types: async () => {
    const code = await typecheck();
    return { good: code === 0, text: code === 0 ? "no errors" : "errors, see above" };
  },
  unit: () => testStep(unitTests, { except: labTests, concurrency: availableParallelism() }),
  lab: () => testStep(labTests),
  // Whole programs on hosts of a lab; no Kubernetes.
  hosts: () => testStep(["e2e/**/*.test.ts"], { except: [...machineTests, ...clusterTests, ...nodeTests] }),
  // Stories of whole clusters: some wait for elections and roll-outs, or tell a whole life.
  cluster: () => testStep(clusterTests, { except: nodeTests, concurrency: 2 }),
  nodes: () => testStep(nodeTests),
  // Each repeats its own runs, of 7 minutes at most, where its machine stood still.
  vm: () => testStep(machineTests, { fileTimeoutMs: 1_400_000, repetitions: 0 }),
};

async function typecheck(): Promise<number> {
  const projects = [
    "tsconfig.json",
    ...globSync("{tools,e2e,bench,examples/*}/tsconfig.json", { cwd: root }).toSorted(),
  ];
  const child = spawn("tsc", ["--build", ...projects], { cwd: root, stdio: "inherit" });
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}

/** What differs between steps of tests. */
interface StepOptions {
  readonly except?: readonly string[];
  readonly concurrency?: number;
  readonly fileTimeoutMs?: number;
  readonly repetitions?: number;
}

async function testStep(
  patterns: readonly string[],
  { except = [], concurrency = 1, fileTimeoutMs = 420_000, repetitions = 2 }: StepOptions = {},
): Promise<StepResult> {
  const exclude = [...except, "**/node_modules/**"];
  const files = patterns.flatMap((pattern) =>
    globSync(pattern, { cwd: root, exclude })
      .toSorted()
      .map((file) => join(root, file)),
  );
  if (files.length === 0) return { good: false, text: `no test file matches ${patterns.join(" ")}` };
  const progress = (line: string): void => console.log(line);
  const options = { root, files, concurrency, fileTimeoutMs, progress, watch, repetitions };
  return suiteText(await runSuite(options), files.length);
}

function suiteText({ passed, failed, repeated, skipped, times }: SuiteResult, files: number): StepResult {
  for (const { file, seconds } of times.filter((each) => each.seconds > slowSeconds)) {
    console.log(`${seconds.toFixed(0).padStart(4)} s  ${file}`);
  }
  const unexpected = unexpectedSkips(skipped);
  const skips =
    unexpected.length === 0
      ? `${skipped.length} skipped`
      : `${skipped.length} skipped (${unexpected.length} unexpected)`;
  for (const { file, name, reason } of unexpected) console.log(`unexpected skip: ${file}: ${name}: ${reason}`);
  for (const { file, name } of repeated) console.log(`failed before it was run again: ${file}: ${name}`);
  const again = repeated.length === 0 ? "" : ` (${repeated.length} when the machine was disturbed, not again)`;
  const good = failed.length === 0 && passed > 0 && (unexpected.length === 0 || !inCi);
  return { good, text: `${passed} passed, ${failed.length} failed${again}, ${skips}, in ${files} files` };
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in steps));
  if (unknown.length > 0) {
    console.error(`no such step: ${unknown.join(", ")} (known: ${Object.keys(steps).join(", ")})`);
    return 2;
  }
  const summary: string[] = [];
  let good = true;
  for (const name of names) {
    console.log(`\n== ${name}`);
    const startMs = performance.now();
    const result = await steps[name]?.();
    if (result === undefined) continue;
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    summary.push(`${result.good ? "ok  " : "FAIL"}  ${name.padEnd(6)} ${result.text} (${seconds} s)`);
    good &&= result.good;
  }
  console.log(["\n== summary", ...summary, good ? "all good" : "NOT good"].join("\n"));
  return good ? 0 : 1;
}

// For the tests that ask "the installed ptp4l" what it accepts.
if (linuxptpMissing("4.2") === undefined) process.env["PTP4L"] ??= join(linuxptpProgramDir("4.2"), "ptp4l");
const names = process.argv.slice(2);
process.exitCode = await main(names.length > 0 ? names : ["lock", "types", "unit", "lab"]);
