import { inventoryLimits, type Device, type DeviceInventory } from "@ptp/node";
import type { EthtoolPort } from "../host/ethtool-port.ts";
import type { HostRoot } from "../host/host-root.ts";
import { listInterfaceNames } from "../host/interface-names.ts";
import { readMachineInfo, type MachineInfo } from "../host/machine-info.ts";
import { findPciFunction, isVirtualFunction, readPciNumbers, type PciNumbers } from "../host/pci-function.ts";
import { createMemory, type Memory } from "./memory.ts";
import { probePort, readLink, type Port } from "./probe-port.ts";
import { createVpdReader } from "./read-vpd.ts";

/** Where devices are looked for. */
export interface DevicePorts {
  readonly root: HostRoot;
  readonly ethtool: EthtoolPort;
}

/** Finds devices; remembers of each what does not change while it is there. */
export interface DeviceCollector {
  /** What the host has now, sorted by name, with no profiles yet. What cannot be read is absent, not an error. */
  collect(): Promise<DeviceInventory>;
}

/** What does not change of a PCI function. */
interface PciIdentity {
  readonly isVirtualFunction: boolean;
  readonly numbers: PciNumbers;
}

interface FoundPort extends Port {
  readonly numbers: PciNumbers;
}

/** Creates a collector. The first collection reads everything; later ones only what can change. */
export function createDeviceCollector(ports: DevicePorts): DeviceCollector {
  const identities = createMemory<PciIdentity>();
  const vpd = createVpdReader();
  let machine: Promise<MachineInfo> | undefined;
  return {
    collect: async () => {
      machine ??= readMachineInfo(ports.root);
      const found = (await findPorts(ports, identities)).slice(0, inventoryLimits.devices);
      const vpdOf = await vpd.read(found);
      const devices: Device[] = [];
      for (const port of found) {
        const { name, pci, phcIndex, numbers, driver } = port;
        const link = await readLink(name, ports);
        const hardware = { pciAddress: pci.address, ...numbers, ...driver, ...link, ...vpdOf(port) };
        devices.push({ name, ...(phcIndex === undefined ? {} : { phcIndex }), hardware });
      }
      return { devices, ...(await machine) };
    },
  };
}

/** Collects once, with nothing remembered. */
export async function collectDevices(ports: DevicePorts): Promise<DeviceInventory> {
  return await createDeviceCollector(ports).collect();
}

/** One after the other: a driver that is slow to answer holds one thread, not all of them. */
async function findPorts(ports: DevicePorts, identities: Memory<PciIdentity>): Promise<readonly FoundPort[]> {
  const { physical } = await listInterfaceNames(ports.root);
  const found: FoundPort[] = [];
  const seen = new Set<string>();
  for (const name of physical) {
    const pci = await findPciFunction(name, ports.root);
    if (pci === undefined) continue;
    seen.add(pci.fingerprint);
    const { isVirtualFunction: isVirtual, numbers } = await identities.recall(pci.fingerprint, async () => ({
      isVirtualFunction: await isVirtualFunction(pci),
      numbers: await readPciNumbers(pci),
    }));
    const port = isVirtual ? undefined : await probePort(name, pci, ports);
    if (port !== undefined) found.push({ ...port, numbers });
  }
  identities.retain(seen);
  return found;
}
