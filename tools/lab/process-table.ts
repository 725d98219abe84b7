import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** One running process as /proc shows it. */
export interface RunningProcess {
  readonly pid: number;
  /** Its number inside its own PID namespace. */
  readonly innerPid: number;
  readonly argv: readonly string[];
}

/** The direct children of a process. Empty when it has ended. */
export function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return text.split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** All living processes whose namespace of that kind is the one named, e.g. `pid:[4026531836]`. */
export function processesIn(kind: "pid" | "net" | "mnt", namespace: string): readonly RunningProcess[] {
  return allPids().flatMap((pid) => {
    try {
      if (namespaceOf(pid, kind) !== namespace) return [];
      const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
      // A process without a command line here is a zombie that waits for its parent.
      return argv.length === 0 ? [] : [{ pid, innerPid: innerPidOf(pid), argv }];
    } catch {
      return [];
    }
  });
}

/** Every process number this program can see. */
export function allPids(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The name of a process's namespace. Throws when the process has ended. */
export function namespaceOf(pid: number, kind: "pid" | "net" | "mnt"): string {
  return readlinkSync(`/proc/${pid}/ns/${kind}`);
}

function innerPidOf(pid: number): number {
  const numbers = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? String(pid);
  return Number(numbers.split(/\s+/).at(-1));
}
