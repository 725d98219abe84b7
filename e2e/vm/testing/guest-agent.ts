import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { metricValue, parseMetricsText, type MetricLine } from "../../../tools/demo/world/metrics-text.ts";
import { childrenOf } from "../../../tools/lab/process-table.ts";
import { startProgram, type GuestProgram } from "./guest-program.ts";
import { standInFolder } from "./hardware.ts";
import { programFolder } from "./linuxptp.ts";
import { readStateChange, storyProblem, type ExpectedChange, type StateChange } from "./state-change.ts";

/** A node profile as file mode has it. */
export type ScenarioProfile = Readonly<Record<string, unknown>> & { readonly name: string };

/** A sample that must be there: name, some of its labels, value. */
export type ExpectedSample = readonly [name: string, labels: Readonly<Record<string, string>>, value: number];

/** The real agent, with profiles of a file. */
export interface GuestAgent {
  readonly program: GuestProgram;
  /** Puts other profiles in force. */
  configure(profiles: readonly ScenarioProfile[]): void;
  /** The same, and waits until the agent has taken them: for what no story tells of. */
  reconfigure(profiles: readonly ScenarioProfile[]): Promise<void>;
  metrics(): Promise<readonly MetricLine[]>;
  /** Waits until all these samples are there. */
  shows(expected: readonly ExpectedSample[], withinMs?: number): Promise<void>;
  /**
   * Waits for exactly these changes, in the order of each clock. What came since the story before belongs to this one, so that none
   * goes unseen.
   */
  story(expected: readonly ExpectedChange[], withinMs?: number): Promise<readonly StateChange[]>;
  /**
   * Waits until each of these clocks has changed, is LOCKED, and stays so for 10 s: for stories whose middle is a matter of
   * milliseconds. What came meanwhile is no part of the next one.
   */
  backInLock(clocks: readonly string[], withinMs?: number): Promise<readonly StateChange[]>;
  /**
   * The story begins when each of these was told, such as `GM LOCKED`, and holds; what led there is not part of it. Metrics may
   * show a state before its line was read.
   */
  beginStoryAfter(told: readonly string[], withinMs?: number): Promise<void>;
  /** Process id of the program whose configuration is named so, such as `phc2sys.0.config`. */
  pidOf(configName: string): number;
}

const agentProgram = join(import.meta.dirname, "../../../dist/bin/ptp-agent");
const nodeFlags = ["--max-semi-space-size=1", "--v8-pool-size=1"];
const folder = "/run/scenario/profiles";
const programPath = `${programFolder}:${standInFolder}:/usr/sbin:/usr/bin`;
const pollMs = 100;
/** To ask for metrics is work for a machine that is emulated. */
const metricsPollMs = 300;

/** Starts the agent; `moreFlags` come after those that every scenario needs. */
export function startAgent(profiles: readonly ScenarioProfile[], moreFlags: readonly string[] = []): GuestAgent {
  configure(profiles);
  const flags = ["--node-name", "guest", "--linuxptp-profile-path", folder, "--program-path", programPath];
  const program = startProgram("agent", [process.execPath, ...nodeFlags, agentProgram, ...flags, ...moreFlags]);
  const changes: StateChange[] = [];
  program.onLine(({ text }) => {
    const change = readStateChange(text);
    if (change !== undefined) changes.push(change);
  });
  let told = 0;
  let isBroken = false;
  return {
    program,
    configure,
    reconfigure: (profiles) => reconfigure(profiles, program),
    metrics,
    shows,
    story: async (expected, withinMs = 90_000) => {
      // What a test left undone or found wrong makes those after it tell the same once more.
      if (isBroken) assert.fail("an earlier story did not come true");
      isBroken = true;
      await goesAs(expected, () => changes.slice(told), withinMs, program);
      isBroken = false;
      const seen = changes.slice(told);
      told = changes.length;
      return seen;
    },
    backInLock: async (clocks, withinMs = 120_000) => {
      if (isBroken) assert.fail("an earlier story did not come true");
      isBroken = true;
      await areBack(clocks, () => changes.slice(told), withinMs);
      isBroken = false;
      const seen = changes.slice(told);
      told = changes.length;
      return seen;
    },
    beginStoryAfter: async (expected, withinMs = 60_000) => {
      await areTold(expected, changes, withinMs);
      told = changes.length;
    },
    pidOf: (configName) => pidOf(program.pid, configName),
  };
}

function configure(profiles: readonly ScenarioProfile[]): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "guest");
  // By rename: the agent reads the old or the new.
  writeFileSync(`${path}.new`, JSON.stringify(profiles));
  renameSync(`${path}.new`, path);
}

async function reconfigure(profiles: readonly ScenarioProfile[], { lines }: GuestProgram): Promise<void> {
  const from = lines.length;
  const endsAtMs = performance.now() + 60_000;
  configure(profiles);
  while (!lines.slice(from).some(({ text }) => text.includes('"config of the file applied"'))) {
    assert.ok(performance.now() < endsAtMs, "the agent does not take other profiles");
    await sleep(pollMs);
  }
}

async function goesAs(
  expected: readonly ExpectedChange[],
  changes: () => readonly StateChange[],
  withinMs: number,
  { lines }: GuestProgram,
): Promise<void> {
  const endsAtMs = performance.now() + withinMs;
  for (;;) {
    const problem = storyProblem(changes(), expected);
    if (problem === undefined && changes().length === expected.length) return;
    if (problem !== undefined || performance.now() > endsAtMs) {
      const wanted = expected.map(([change, cause]) => `${change}: ${String(cause)}`);
      const late = `${changes().length} of these changes within ${withinMs / 1000} s: ${wanted.join(", ")}`;
      assert.fail([problem ?? late, ...lines.slice(-25).map(({ text }) => `  ${text}`)].join("\n"));
    }
    await sleep(pollMs);
  }
}

async function areBack(clocks: readonly string[], changes: () => readonly StateChange[], withinMs: number) {
  const endsAtMs = performance.now() + withinMs;
  // Five Sync: a clock that was LOCKED too soon leaves it with one of the next, and a slow machine is late with some.
  const restMs = 10_000;
  const isBack = (clock: string): boolean => {
    const last = changes().findLast((change) => change.clock === clock);
    return last?.to === "LOCKED" && performance.now() - last.atMs > restMs;
  };
  while (!clocks.every(isBack)) {
    const seen = changes().map(({ clock, from, to, cause }) => `${clock} ${from} ${to}: ${cause}`);
    if (performance.now() > endsAtMs) assert.fail([`not back within ${withinMs / 1000} s`, ...seen].join("\n"));
    await sleep(pollMs);
  }
}

async function areTold(expected: readonly string[], changes: readonly StateChange[], withinMs: number): Promise<void> {
  const endsAtMs = performance.now() + withinMs;
  for (;;) {
    const missing = expected.filter((each) => {
      const toldAt = changes.findLastIndex(({ clock, to }) => `${clock} ${to}` === each);
      return toldAt === -1 || changes.findLastIndex(({ clock, from }) => `${clock} ${from}` === each) > toldAt;
    });
    if (missing.length === 0) return;
    if (performance.now() > endsAtMs) assert.fail(`not told: ${missing.join(", ")}`);
    await sleep(pollMs);
  }
}

/** Not by `fetch`: its first use takes an emulated machine seconds. Empty while nobody answers. */
function metrics(): Promise<readonly MetricLine[]> {
  return new Promise((resolve) => {
    const request = get("http://127.0.0.1:9091/metrics", (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      answer.on("end", () => resolve(parseMetricsText(text)));
    });
    request.on("error", () => resolve([]));
  });
}

async function shows(expected: readonly ExpectedSample[], withinMs = 60_000): Promise<void> {
  const endsAtMs = performance.now() + withinMs;
  for (;;) {
    const lines = await metrics();
    const found = expected.map(([name, labels]) => [name, labels, metricValue(lines, name, labels)]);
    if (performance.now() > endsAtMs) assert.deepEqual(found, expected);
    if (expected.every(([, , value], index) => found[index]?.[2] === value)) return;
    await sleep(metricsPollMs);
  }
}

function pidOf(agentPid: number, configName: string): number {
  const found = childrenOf(agentPid).find((pid) => argvOf(pid).some((word) => basename(word) === configName));
  return found ?? assert.fail(`the agent runs no program with ${configName}`);
}

/** Empty where it has ended meanwhile. */
function argvOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}
