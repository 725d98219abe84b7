import { join } from "node:path";
import { parseVpd, type VpdFields } from "../host/parse-vpd.ts";
import type { PciFunction } from "../host/pci-function.ts";
import { readKernelFile } from "../host/read-attribute.ts";
import { ownPhcIndex } from "./probe-port.ts";

/** The PCI address without its function: all ports of an adapter have it in common. */
export function adapterOf({ address }: PciFunction): string {
  return address.replace(/\.[0-7]$/, "");
}

/**
 * Vital product data of an adapter, from the first of its functions that tells any: those at which a clock hangs speak
 * before the others. Slow: it comes byte by byte from a chip.
 */
export async function readVpd(functions: readonly PciFunction[]): Promise<VpdFields> {
  const withClock: PciFunction[] = [];
  for (const pci of functions) if ((await ownPhcIndex(pci)) !== undefined) withClock.push(pci);
  for (const { path } of new Set([...withClock, ...functions])) {
    const content = await readKernelFile(join(path, "vpd"));
    const fields = content === undefined ? {} : parseVpd(content);
    if (Object.keys(fields).length > 0) return fields;
  }
  return {};
}
