import { setTimeout as sleep } from "node:timers/promises";
import { settledWord } from "./settled-word.ts";
import { savedClock } from "./saved-clock.ts";
import { readClock, sameSettings, writeClock, type ClockSettings } from "./timex.ts";

/**
 * The watchdog process: saves the clock's settings, prints the verdict as one line of JSON, and puts the settings back
 * when its standard input ends, which the kernel sees to even when its parent is killed.
 */
async function main(): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
  const saved = await savedClock();
  process.stdout.on("error", () => undefined);
  process.stdout.write(`${JSON.stringify(saved.verdict)}\n`);
  let heard = "";
  for await (const chunk of process.stdin) heard += String(chunk);
  // Where the verdict was no, nothing of the lab could write, and another program's writes are not to be undone.
  if (saved.verdict.adjustable) await restore(saved.settings, heard === settledWord);
  process.exit(0);
}

/** After a kill, a dying ptp4l can still write once or twice when the pipe has ended already: looks again. */
async function restore(settings: ClockSettings, settled: boolean): Promise<void> {
  for (const waitMs of settled ? [0] : [0, 50, 100, 250, 600]) {
    await sleep(waitMs);
    if (!sameSettings(readClock(), settings)) writeClock(settings);
  }
}

await main();
