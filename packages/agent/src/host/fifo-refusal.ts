import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostRoot } from "./host-root.ts";

/** Long: what is found holds for as long as the agent runs, and a machine may stand still for seconds. */
const limitMs = 30_000;

/** Bit of CAP_SYS_NICE in the sets that the kernel shows. */
const sysNice = 1n << 23n;

/**
 * Why a program cannot be given SCHED_FIFO here, with the remedy; undefined if it can. Asked by trying, since capability,
 * resource limits and control groups all have a say. Never rejects.
 */
export async function readFifoRefusal(chrtPath: string, root: HostRoot): Promise<string | undefined> {
  const problem = await tryFifo(chrtPath);
  if (problem === undefined) return undefined;
  const status = await readFile(join(root.procPath, "self", "status"), "utf8").catch(() => "");
  return explainRefusal(problem, status);
}

function tryFifo(chrtPath: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Shows itself as the program: it is there wherever it is.
    const words = ["-f", "1", chrtPath, "--version"];
    execFile(
      chrtPath,
      words,
      { timeout: limitMs, killSignal: "SIGKILL", env: { LC_ALL: "C" } },
      (error, _out, stderr) => resolve(error === null ? undefined : stderr.trim().split("\n")[0] || error.message),
    );
  });
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
