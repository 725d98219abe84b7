import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { InterfaceFacts } from "@ptp/node";
import type { HostRoot } from "./host-root.ts";

/** The interfaces of the agent's network namespace with their hardware clocks, sorted by name. */
export async function listInterfaces({ procPath, sysPath }: HostRoot): Promise<readonly InterfaceFacts[]> {
  const names = await interfaceNames(join(procPath, "self", "net", "dev"));
  return await Promise.all(
    names.map(async (name): Promise<InterfaceFacts> => {
      const phcIndex = await phcIndexOf(join(sysPath, "class", "net", name));
      return phcIndex === undefined ? { name } : { name, phcIndex };
    }),
  );
}

/** procfs shows the reader's own namespace; sysfs shows the one in which it was mounted, which may be another. */
async function interfaceNames(path: string): Promise<readonly string[]> {
  try {
    const lines = (await readFile(path, "utf8")).split("\n");
    return lines.flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []).sort();
  } catch {
    return [];
  }
}

async function phcIndexOf(interfacePath: string): Promise<number | undefined> {
  for (const folder of ["device/ptp", "ptp"]) {
    try {
      const clocks = await readdir(join(interfacePath, folder));
      const indexes = clocks.flatMap((name) => /^ptp(\d+)$/.exec(name)?.[1] ?? []).map(Number);
      if (indexes.length > 0) return Math.min(...indexes);
    } catch {
      // Drivers without a clock have no such folder.
    }
  }
  return undefined;
}
