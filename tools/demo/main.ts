import { runDemo } from "./demo.ts";
import { worldMissing } from "./requirements.ts";
import { summary } from "./scenario/summary.ts";
import { automaticSteps } from "./scenario/scenario.ts";
import { readKeys } from "./screen/keys.ts";
import { createScreen } from "./screen/screen.ts";

const usage = `usage: node tools/demo/main.ts [--once] [--leave-clock]
Four hosts with real ptp4l and an agent each, an operator, and a live table of what they do.
--once         without keys: ends after the last step, with 1 unless every step came true
--leave-clock  ptp4l gets no right to adjust the machine's clock: ports stay UNCALIBRATED`;
const flags = ["--once", "--leave-clock"];

/** Far more than it takes: a slow machine takes four times as long as a quick one. */
const onceLimitMs = 300_000;

async function main(words: readonly string[]): Promise<number> {
  if (words.some((word) => !flags.includes(word))) {
    console.error(usage);
    return 2;
  }
  const missing = await worldMissing();
  if (missing !== undefined) throw new Error(missing);
  const once = words.includes("--once");
  const ended = new AbortController();
  const end = (): void => ended.abort(new Error("ended by the user"));
  process.once("SIGINT", end).once("SIGTERM", end).once("SIGHUP", end);
  process.stdout.on("error", end);
  const keys = readKeys(process.stdin, end);
  const startMs = performance.now();
  const signal = once ? AbortSignal.any([ended.signal, AbortSignal.timeout(onceLimitMs)]) : ended.signal;
  const screen = createScreen(process.stdout);
  try {
    const stays = !once && process.stdin.isTTY;
    const clock = words.includes("--leave-clock") ? "read-only" : "auto";
    const results = await runDemo({ screen, keys, stays, clock, signal });
    for (const line of summary(results, performance.now() - startMs)) console.log(line);
    return results.length === automaticSteps.length && results.every(({ good }) => good) ? 0 : 1;
  } catch (error) {
    if (ended.signal.aborted) return 130;
    throw signal.aborted ? new Error(`not all steps were done within ${onceLimitMs / 1000} s`) : error;
  } finally {
    keys.close();
  }
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
