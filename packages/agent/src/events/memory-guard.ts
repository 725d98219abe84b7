import { writeFile } from "node:fs/promises";
import type { Logger, Part } from "@ptp/kit";

const everyMs = 2_000;

/** Ends the process when it grows beyond its bound, and offers it to the kernel first when memory is short. */
export function createMemoryGuard(maxMb: number, exceeded: () => void, log: Logger): Part {
  let timer: NodeJS.Timeout | undefined;
  return {
    name: "memory guard",
    start: async () => {
      await writeFile("/proc/self/oom_score_adj", "1000").catch(() => undefined);
      timer = setInterval(() => {
        const usedMb = process.memoryUsage.rss() / 1_048_576;
        if (usedMb <= maxMb) return;
        log.error("the events process starts anew: it uses too much memory", { usedMb: Math.round(usedMb), maxMb });
        exceeded();
      }, everyMs);
    },
    stop: async () => clearInterval(timer),
  };
}
