import { join } from "node:path";
import { parseVpd, type VpdFields } from "../host/parse-vpd.ts";
import { readKernelFile } from "../host/read-attribute.ts";
import { createMemory } from "./memory.ts";
import type { Port } from "./probe-port.ts";

/** Reads the vital product data of adapters, each once: it comes byte by byte from a slow chip. */
export interface VpdReader {
  /** Fields by adapter: all ports of an adapter have the same. */
  read(ports: readonly Port[]): Promise<(port: Port) => VpdFields>;
}

/** Creates a reader that knows nothing yet. */
export function createVpdReader(): VpdReader {
  const memory = createMemory<VpdFields>();
  return {
    read: async (ports) => {
      memory.retain(new Set(ports.map(({ pci }) => pci.fingerprint)));
      const fieldsByAdapter = new Map<string, VpdFields>();
      for (const [adapter, members] of Map.groupBy(ports, adapterOf)) {
        fieldsByAdapter.set(
          adapter,
          await firstTold(members, ({ pci }) =>
            memory.recall(pci.fingerprint, async () =>
              parseVpd((await readKernelFile(join(pci.path, "vpd"))) ?? empty),
            ),
          ),
        );
      }
      return (port) => fieldsByAdapter.get(adapterOf(port)) ?? {};
    },
  };
}

const empty = new Uint8Array();

/** The PCI address without its function. */
function adapterOf({ pci }: Port): string {
  return pci.address.replace(/\.[0-7]$/, "");
}

/** The port at which the clock hangs speaks for the adapter; then the others, by address. */
async function firstTold(ports: readonly Port[], read: (port: Port) => Promise<VpdFields>): Promise<VpdFields> {
  const byAddress = ports.toSorted((left, right) => (left.pci.address < right.pci.address ? -1 : 1));
  for (const port of [...byAddress.filter(({ ownsClock }) => ownsClock), ...byAddress]) {
    const fields = await read(port);
    if (Object.keys(fields).length > 0) return fields;
  }
  return {};
}
