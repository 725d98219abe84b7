import { inventoryLimits, type Device, type DeviceInventory } from "@ptp/node";
import { listInterfaceNames } from "../host/interface-names.ts";
import { readMachineInfo, type MachineInfo } from "../host/machine-info.ts";
import type { VpdFields } from "../host/parse-vpd.ts";
import { deviceFingerprint, readPciFunction, type PciFunction } from "../host/pci-function.ts";
import type { DevicePorts } from "./device-ports.ts";
import { createMemory, type Memory } from "./memory.ts";
import { probePort, readLink, type Port } from "./probe-port.ts";
import { adapterOf, readVpd } from "./read-vpd.ts";

/** Finds devices; remembers of each what does not change while it is there. */
export interface DeviceCollector {
  /** What the host has now, sorted by name, with no profiles yet. What cannot be read is absent, not an error. */
  collect(): Promise<DeviceInventory>;
}

/** A port with what tells its device from others. */
interface FoundPort extends Port {
  readonly fingerprint: string;
}

/** Creates a collector. The first collection reads everything; later ones only what can change. */
export function createDeviceCollector(ports: DevicePorts): DeviceCollector {
  const functions = createMemory<PciFunction | undefined>();
  const vpdByAdapter = createMemory<VpdFields>();
  let machine: Promise<MachineInfo> | undefined;
  return {
    collect: async () => {
      machine ??= readMachineInfo(ports.root);
      const found = (await findPorts(ports, functions)).slice(0, inventoryLimits.devices);
      const vpdOf = await readEachVpd(found, vpdByAdapter);
      const devices: Device[] = [];
      for (const port of found) {
        const { name, pci, phcIndex, driver } = port;
        const link = await readLink(name, ports);
        const hardware = { pciAddress: pci.address, ...pci.numbers, ...driver, ...link, ...vpdOf(port) };
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
async function findPorts(
  ports: DevicePorts,
  functions: Memory<PciFunction | undefined>,
): Promise<readonly FoundPort[]> {
  const { physical } = await listInterfaceNames(ports.root);
  const found: FoundPort[] = [];
  const seen = new Set<string>();
  for (const name of physical) {
    const fingerprint = await deviceFingerprint(name, ports.root);
    if (fingerprint === undefined) continue;
    seen.add(fingerprint);
    const pci = await functions.recall(fingerprint, () => readPciFunction(name, ports.root));
    const port = pci === undefined || pci.isVirtual ? undefined : await probePort(name, pci, ports);
    if (port !== undefined) found.push({ ...port, fingerprint });
  }
  functions.retain(seen);
  return found;
}

/** Once for each adapter, as long as it has the same ports. */
async function readEachVpd(
  found: readonly FoundPort[],
  memory: Memory<VpdFields>,
): Promise<(port: FoundPort) => VpdFields> {
  const fieldsByAdapter = new Map<string, VpdFields>();
  const seen = new Set<string>();
  for (const [adapter, members] of Map.groupBy(found, ({ pci }) => adapterOf(pci))) {
    const key = members.map(({ fingerprint }) => fingerprint).join(" ");
    seen.add(key);
    fieldsByAdapter.set(adapter, await memory.recall(key, () => readVpd(members.map(({ pci }) => pci))));
  }
  memory.retain(seen);
  return ({ pci }) => fieldsByAdapter.get(adapterOf(pci)) ?? {};
}
