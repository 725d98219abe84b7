import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostRoot } from "./host-root.ts";
import type { Reply } from "./question.ts";
import { runBriefly, type BriefRun } from "./run-briefly.ts";

/** Bit of CAP_SYS_NICE in the sets that the kernel shows. */
const sysNice = 1n << 23n;

/**
 * Why a program cannot be given SCHED_FIFO here, with the remedy; undefined if it can. Asked by trying, since capability,
 * resource limits and control groups all have a say. `run.path`: of chrt.
 */
export async function readFifoRefusal(
  run: Omit<BriefRun, "args">,
  { procPath }: HostRoot,
): Promise<Reply<string | undefined>> {
  // Shows itself as the program: it is there wherever it is.
  const { error, stderr, wasEnded } = await runBriefly({ ...run, args: ["-f", "1", run.path, "--version"] });
  if (error === undefined) return { isLate: false, told: undefined };
  // To be ended is no refusal.
  if (wasEnded) return { isLate: true };
  const status = await readFile(join(procPath, "self", "status"), "utf8").catch(() => "");
  return { isLate: false, told: explainRefusal(stderr.trim().split("\n")[0] || error.message, status) };
}

/** What a failed try means, by the process's own `status` in procfs. */
export function explainRefusal(problem: string, status: string): string {
  if (!/not permitted/i.test(problem)) return problem;
  const [, effective] = /^CapEff:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  const isCapable = effective !== undefined && (BigInt(`0x${effective}`) & sysNice) !== 0n;
  return isCapable
    ? "the kernel shares real-time among control groups (CONFIG_RT_GROUP_SCHED) and gives this one none: write cpu.rt_runtime_us from the top of its path down, or boot with rt_group_sched=0"
    : "the capability SYS_NICE is missing: give it to the agent's container";
}
