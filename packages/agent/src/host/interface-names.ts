import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostRoot } from "./host-root.ts";

/** Interfaces of the agent's network namespace, sorted by name. */
export interface InterfaceNames {
  readonly all: readonly string[];
  /** Those that may have hardware behind them: all that sysfs does not know as virtual. */
  readonly physical: readonly string[];
  /** VLANs and bonds: virtual, and yet with the hardware clock of what they stand on. */
  readonly stacked: readonly string[];
}

/** Lists interfaces in a few reads, however many there are: nodes have hundreds of virtual ones, of pods. */
export async function listInterfaceNames({ procPath, sysPath }: HostRoot): Promise<InterfaceNames> {
  const ownNet = join(procPath, "self", "net");
  const [all, virtual, vlans, bonds] = await Promise.all([
    namesInNamespace(join(ownNet, "dev")),
    entries(join(sysPath, "devices", "virtual", "net")),
    entries(join(ownNet, "vlan")),
    entries(join(ownNet, "bonding")),
  ]);
  const stackable = new Set([...vlans, ...bonds]);
  return {
    all,
    physical: all.filter((name) => !virtual.has(name) && !stackable.has(name)),
    stacked: all.filter((name) => stackable.has(name)),
  };
}

/** procfs shows the reader's own namespace; sysfs shows the one in which it was mounted, which may be another. */
async function namesInNamespace(path: string): Promise<readonly string[]> {
  try {
    const lines = (await readFile(path, "utf8")).split("\n");
    return lines.flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []).sort();
  } catch {
    return [];
  }
}

async function entries(folder: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(folder));
  } catch {
    return new Set();
  }
}
