import { join } from "node:path";
import type { InterfaceFacts } from "@ptp/node";
import type { EthtoolPort } from "./ethtool-port.ts";
import type { HostRoot } from "./host-root.ts";
import { listInterfaceNames } from "./interface-names.ts";
import { phcIndexIn } from "./phc-index.ts";

/** The interfaces of the agent's network namespace with their hardware clocks, sorted by name. */
export async function listInterfaces(root: HostRoot, ethtool: EthtoolPort): Promise<readonly InterfaceFacts[]> {
  const { all, physical, stacked } = await listInterfaceNames(root);
  const indexByName = new Map<string, number>();
  // One after the other: a driver that is slow to answer holds one thread, not all of them.
  for (const name of [...physical, ...stacked]) {
    const phcIndex = await phcIndexOf(name, root, ethtool);
    if (phcIndex !== undefined) indexByName.set(name, phcIndex);
  }
  return all.map((name) => {
    const phcIndex = indexByName.get(name);
    return phcIndex === undefined ? { name } : { name, phcIndex };
  });
}

/** The kernel knows the clock of this very interface; sysfs, if that says nothing, the one of an interface of that name. */
async function phcIndexOf(name: string, { sysPath }: HostRoot, ethtool: EthtoolPort): Promise<number | undefined> {
  const timestamping = await ethtool.timestamping(name);
  if (timestamping !== undefined) return timestamping.phcIndex;
  const folder = join(sysPath, "class", "net", name);
  return (await phcIndexIn(join(folder, "device", "ptp"))) ?? (await phcIndexIn(join(folder, "ptp")));
}
