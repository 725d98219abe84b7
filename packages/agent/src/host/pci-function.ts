import { readlink, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DeviceHardware } from "@ptp/node";
import type { HostRoot } from "./host-root.ts";
import { readAttribute } from "./read-attribute.ts";

/** A PCI function in sysfs. */
export interface PciFunction {
  readonly address: string;
  /** Its folder. */
  readonly path: string;
  /** Of SR-IOV: its clock belongs to the physical function. */
  readonly isVirtual: boolean;
  readonly numbers: PciNumbers;
}

/** Domain, bus, device and function; domains beyond 16 bits exist (behind a VMD). */
const pciAddress = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

/**
 * Tells the device behind an interface from any other there was or will be, by one look; undefined without one. sysfs never
 * gives the number of a folder again.
 */
export async function deviceFingerprint(interfaceName: string, root: HostRoot): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(deviceLink(interfaceName, root));
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** The PCI function right behind an interface; undefined for interfaces of other buses (virtio, USB) and of none. */
export async function readPciFunction(interfaceName: string, root: HostRoot): Promise<PciFunction | undefined> {
  try {
    const path = await realpath(deviceLink(interfaceName, root));
    const address = basename(path);
    if (!pciAddress.test(address) || basename(await readlink(join(path, "subsystem"))) !== "pci") return undefined;
    return { address, path, isVirtual: await exists(join(path, "physfn")), numbers: await readNumbers(path) };
  } catch {
    return undefined;
  }
}

function deviceLink(interfaceName: string, { sysPath }: HostRoot): string {
  return join(sysPath, "class", "net", interfaceName, "device");
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** Numbers that say what a function is. */
export type PciNumbers = Pick<DeviceHardware, "vendorId" | "deviceId" | "subsystemVendorId" | "subsystemDeviceId">;

async function readNumbers(path: string): Promise<PciNumbers> {
  const vendorId = await readAttribute(join(path, "vendor"));
  const deviceId = await readAttribute(join(path, "device"));
  const subsystemVendorId = await readAttribute(join(path, "subsystem_vendor"));
  const subsystemDeviceId = await readAttribute(join(path, "subsystem_device"));
  return {
    ...(vendorId && { vendorId }),
    ...(deviceId && { deviceId }),
    ...(subsystemVendorId && { subsystemVendorId }),
    ...(subsystemDeviceId && { subsystemDeviceId }),
  };
}

/** The driver bound to a function, by sysfs; undefined if there is none. */
export async function boundDriver({ path }: PciFunction): Promise<string | undefined> {
  try {
    return basename(await readlink(join(path, "driver")));
  } catch {
    return undefined;
  }
}
