import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { namespaceOf, processesIn } from "../../../tools/lab/process-table.ts";
import type { NodeMachine } from "../../../tools/kubernetes/nodes/node-machine.ts";
import { until } from "../../../tools/kubernetes/testing/until.ts";

/** Numbers, outside the node, of those processes in the node's own network whose command line matches. */
export function pidsOf({ host }: NodeMachine, commandLine: RegExp): readonly number[] {
  const all = processesIn("net", namespaceOf(host.pid, "net"));
  return all.filter(({ argv }) => commandLine.test(argv.join(" "))).map(({ pid }) => pid);
}

/**
 * The one such process. Fails where there is none or more for long: a signal to number 0 would reach the tests themselves.
 * For a moment there may be more: a child has its parent's command line until it has one of its own.
 */
export async function onlyPid(node: NodeMachine, commandLine: RegExp): Promise<number> {
  let pids: readonly number[] = [];
  const isOne = () => (pids = pidsOf(node, commandLine)).length === 1;
  await until(`${node.name}: one process matches ${String(commandLine)}`, isOne, 20_000);
  const [pid] = pids;
  assert.ok(pid !== undefined);
  return pid;
}

/** Memory of a process's control group in bytes: what it may have, and what it had at most. */
export function memoryOf(pid: number): { readonly limit: number; readonly peak: number } {
  const lines = readFileSync(`/proc/${String(pid)}/cgroup`, "utf8").split("\n");
  const first = lines.find((line) => line.includes(":memory:")) ?? lines.find((line) => line.startsWith("0::")) ?? "";
  const [, controllers = "", path = ""] = first.split(":");
  const folder = join("/sys/fs/cgroup", controllers, path);
  const number = (names: readonly string[]): number => {
    const name = names.find((each) => existsSync(join(folder, each)));
    if (name === undefined)
      throw new Error(`${folder} has none of ${names.join(", ")}: ${readdirSync(folder).join(" ")}`);
    return Number(readFileSync(join(folder, name), "utf8"));
  };
  return {
    limit: number(["memory.limit_in_bytes", "memory.max"]),
    peak: number(["memory.max_usage_in_bytes", "memory.peak"]),
  };
}
