import type { BenchContext } from "../benchmark.ts";
import { sampleProcess } from "../measure/process-sample.ts";
import { untilIdle } from "../measure/until-idle.ts";
import { single, type Target } from "../report/measurement.ts";
import { summarize } from "../report/summary.ts";
import type { Swarm } from "../swarm/start-swarm.ts";

/** A server with its agents. */
export interface PushSide {
  readonly pid: number;
  readonly swarm: Swarm;
  /** After so long without work a push is over. */
  readonly quietMs: number;
  /** Pushes something new to all agents; returns when that began. */
  readonly push: (turn: number) => Promise<number>;
}

/** What one way of pushing took. */
export interface PushTimes {
  /** By push, of each agent: from the push's start until the Result was sent. */
  readonly latenciesMs: (readonly number[])[];
  /** Of each push: CPU time of the server by number of nodes. */
  readonly cpuMsPerNode: number[];
}

/** Both ways of pushing. */
export interface PushComparison {
  readonly mine: PushTimes;
  readonly bare: PushTimes;
}

/** How to compare. */
export interface PushCompareOptions {
  readonly nodes: number;
  readonly mine: PushSide;
  readonly bare: PushSide;
  /** Default 5. */
  readonly pushes?: number;
  /** Reports and status follow a Result: their CPU time belongs to the edit, and must not disturb the next. Default 30 s. */
  readonly aftermathMs?: number;
}

const limitMs = 120_000;
/** Pushes before the first that counts: compilers have seen the code by then, at both ends of both ways. */
const warmUps = 2;

/** Both sides take turns, so that what else the machine does hits both alike. */
export async function comparePushes(
  { quick, progress }: BenchContext,
  options: PushCompareOptions,
): Promise<PushComparison> {
  const { nodes, aftermathMs: timeoutMs = 30_000, pushes = 5 } = options;
  const times: PushComparison = {
    mine: { latenciesMs: [], cpuMsPerNode: [] },
    bare: { latenciesMs: [], cpuMsPerNode: [] },
  };
  const sides = [
    { side: options.mine, times: times.mine, timeoutMs },
    { side: options.bare, times: times.bare, timeoutMs },
  ];
  for (const { side } of sides) await untilIdle(side.pid, { quietMs: side.quietMs, timeoutMs });
  for (let turn = 0; turn < warmUps + (quick ? 1 : pushes); turn++) {
    if (turn === warmUps) for (const each of [times.mine, times.bare]) forget(each);
    for (const each of sides) await timePush({ ...each, nodes, turn });
    progress(`${nodes} agents: push ${turn + 1} done`);
  }
  return times;
}

function forget({ latenciesMs, cpuMsPerNode }: PushTimes): void {
  latenciesMs.length = 0;
  cpuMsPerNode.length = 0;
}

interface TimedPush {
  readonly side: PushSide;
  readonly times: PushTimes;
  readonly nodes: number;
  readonly turn: number;
  readonly timeoutMs: number;
}

async function timePush({ side, times, nodes, turn, timeoutMs }: TimedPush): Promise<void> {
  const { pid, swarm, push, quietMs } = side;
  swarm.forget();
  const before = sampleProcess(pid).cpuMs;
  const startedMs = await push(turn);
  const answers = await swarm.waitFor("answered", nodes, limitMs);
  times.latenciesMs.push(answers.map(({ atMs }) => atMs - startedMs));
  await untilIdle(pid, { quietMs, timeoutMs });
  times.cpuMsPerNode.push((sampleProcess(pid).cpuMs - before) / nodes);
}

/** What to say beside the numbers. */
export interface PushWords {
  /** What the agents do, such as `decode and plan`. */
  readonly agents: string;
  readonly note: string;
  /** For the time until an edit has reached the last agent. */
  readonly target?: Target;
}

/** Tells the times of both, and their ratios by pair. */
export function tellPushes(
  { report }: BenchContext,
  { mine, bare }: PushComparison,
  { agents, note, target }: PushWords,
): void {
  report({ name: `operator: edit to Result, ${agents}`, unit: "ms", samples: mine.latenciesMs.flat(), note });
  const lasts = mine.latenciesMs.map((samples) => summarize(samples).max);
  report({
    name: `operator: edit to the last Result, ${agents}`,
    unit: "ms",
    samples: lasts,
    ...(target && { target }),
  });
  report({ name: `bare push to Result, ${agents}`, unit: "ms", samples: bare.latenciesMs.flat() });
  for (const at of ["p50", "p99"] as const) {
    const samples = ratios(mine, bare, at);
    report({ name: `ratio at ${at}, ${agents}`, unit: "×", samples, target: { of: "p50", atMost: 2 } });
  }
  report({ name: `operator CPU per node, ${agents}`, unit: "ms", samples: mine.cpuMsPerNode });
  report({ name: `bare server CPU per node, ${agents}`, unit: "ms", samples: bare.cpuMsPerNode });
  const cpu = summarize(mine.cpuMsPerNode).p50 / summarize(bare.cpuMsPerNode).p50;
  report(single(`CPU ratio, ${agents}`, "×", cpu));
}

/** Of each push of the operator to the bare push right after it. */
function ratios(mine: PushTimes, bare: PushTimes, at: "p50" | "p99"): readonly number[] {
  return mine.latenciesMs.map((samples, turn) => summarize(samples)[at] / summarize(bare.latenciesMs[turn] ?? [])[at]);
}
