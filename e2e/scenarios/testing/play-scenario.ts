import { setTimeout as sleep } from "node:timers/promises";
import type { Lab } from "../../../tools/lab/lab.ts";
import { compareChanges } from "./compare-changes.ts";
import { expectedPage, seenPage } from "./expected-page.ts";
import type { SeenChange } from "./read-changes.ts";
import { mayGoUnseen } from "./receiver-gaps.ts";
import type { Phase, Scenario } from "./scenario.ts";
import { createStage, type Stage } from "./stage.ts";

/** How long after what was done a clock changed. */
export interface Latency {
  readonly phase: string;
  readonly from: string;
  readonly to: string;
  readonly afterMs: number;
}

/** The slowest thing to wait for is the restart of a ptp4l that hangs: 15 s, and some to kill it. */
const limitMs = 90_000;
/** A change that nobody expects has this long to come, after the page is as it should be. */
const calmMs = 300;
const pollMs = 50;
const shownLines = 40;

/**
 * Plays a scenario with one release of linuxptp in a lab. Returns when clocks changed.
 * Throws an Error that tells phase, expected and seen, with the agent's last lines, as soon as something is otherwise.
 */
export async function playScenario(lab: Lab, scenario: Scenario, release: string): Promise<readonly Latency[]> {
  const stage = await createStage(lab, scenario, release);
  const latencies: Latency[] = [];
  for (const phase of scenario.phases) {
    try {
      latencies.push(...(await playPhase(stage, phase)));
    } catch (error) {
      throw explained(error, { scenario, title: phase.title, stage });
    }
  }
  try {
    await playEnd(stage);
  } catch (error) {
    throw explained(error, { scenario, title: "the agent ends", stage });
  }
  return latencies;
}

/** That programs end with their agent is neither news of a clock nor a reason to warn. */
async function playEnd(stage: Stage): Promise<void> {
  const told = await stage.stopAgent();
  const untrue = told.filter((line) => /"message":"clock \w+ changed"|"level":"(?:warn|error)"/.test(line));
  if (untrue.length > 0) throw new Error(["told at its end:", ...untrue].join("\n"));
}

async function playPhase(stage: Stage, phase: Phase): Promise<readonly Latency[]> {
  const [before, linesBefore] = [stage.changes().length, stage.lines().length];
  const atUnixMs = Date.now();
  await phase.act?.(stage);
  const seen = (): readonly SeenChange[] => stage.changes().slice(before);
  const isUnseen = (): boolean => seen().length === 0 && mayGoUnseen(stage.lines().slice(linesBefore));
  const problemNow = (): string | undefined =>
    phase.mayBeUnseen === true && isUnseen() ? undefined : compareChanges(phase.changes, seen());
  await until(problemNow);
  await until(async () => comparePages(phase, stage));
  await until(problemNow);
  await sleep(calmMs);
  const problem = problemNow();
  if (problem !== undefined) throw new Error(problem);
  if (phase.act === undefined) return [];
  return seen().map(({ from, to, atUnixMs: changedAt }) => {
    return { phase: phase.title, from, to, afterMs: Math.max(0, changedAt - atUnixMs) };
  });
}

async function comparePages({ clocks }: Phase, stage: Stage): Promise<string | undefined> {
  const lines = await stage.metrics();
  if (lines === undefined) return "/metrics is not served";
  const [wanted, seen] = [expectedPage(clocks), seenPage(lines)];
  const missing = wanted.filter((line) => !seen.includes(line)).map((line) => `- ${line}`);
  const strange = seen.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`);
  return missing.length + strange.length === 0 ? undefined : ["/metrics:", ...missing, ...strange].join("\n");
}

/** Waits until there is no problem; throws the last one. */
async function until(problemNow: () => string | undefined | Promise<string | undefined>): Promise<void> {
  const endsAtMs = performance.now() + limitMs;
  for (;;) {
    const problem = await problemNow();
    if (problem === undefined) return;
    if (performance.now() > endsAtMs) throw new Error(problem);
    await sleep(pollMs);
  }
}

function explained(
  error: unknown,
  { scenario, title, stage }: { readonly scenario: Scenario; readonly title: string; readonly stage: Stage },
): Error {
  const what = `${scenario.name}, linuxptp ${stage.release}, "${title}"`;
  const problem = error instanceof Error ? error.message : String(error);
  const words = [`${what}: ${problem}`, "last lines of the agent:", ...stage.lines().slice(-shownLines)];
  return new Error(words.join("\n"), { cause: error });
}
