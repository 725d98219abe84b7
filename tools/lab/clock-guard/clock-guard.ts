import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { collectLines } from "../line-log.ts";
import { settledWord } from "./settled-word.ts";
import type { ClockVerdict } from "./verdict.ts";

export type { ClockVerdict } from "./verdict.ts";

/** Stands between a lab and the machine's clock. */
export interface ClockGuard {
  /** Programs of the lab run without CAP_SYS_TIME where this says that the clock is not adjustable. */
  readonly verdict: ClockVerdict;
  /** Puts the clock's frequency, tick and status back as they were; all programs of the lab must have ended. */
  close(): Promise<void>;
}

const watchdog = join(import.meta.dirname, "watch.ts");

/** Starts the watchdog, a process in a session of its own that restores the clock also when this program is killed. */
export async function startClockGuard(mode: "auto" | "read-only"): Promise<ClockGuard> {
  if (mode === "read-only") {
    const verdict: ClockVerdict = { adjustable: false, reason: "this lab was asked not to adjust the clock" };
    return { verdict, close: () => Promise.resolve() };
  }
  const child = spawn(process.execPath, [watchdog], { detached: true, cwd: "/", stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined);
  const exited = once(child, "close");
  const line = await collectLines([child.stdout, child.stderr]).waitFor(/./, 20_000);
  if (!line.startsWith("{")) throw new Error(`the clock guard failed: ${line}`);
  return {
    verdict: JSON.parse(line) as ClockVerdict,
    close: async () => {
      child.stdin.end(settledWord);
      await exited;
    },
  };
}
