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
  /** Differs for a device that was plugged in, or bound anew, at the same address. */
  readonly fingerprint: string;
}

/** Domain, bus, device and function; domains beyond 16 bits exist (behind a VMD). */
const pciAddress = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

/** The PCI function right behind an interface; undefined for interfaces of other buses (virtio, USB) and of none. */
export async function findPciFunction(interfaceName: string, { sysPath }: HostRoot): Promise<PciFunction | undefined> {
  try {
    const path = await realpath(join(sysPath, "class", "net", interfaceName, "device"));
    const address = basename(path);
    if (!pciAddress.test(address) || basename(await readlink(join(path, "subsystem"))) !== "pci") return undefined;
    // sysfs never gives a number of a folder again; its times mean nothing.
    const { ino } = await stat(path);
    return { address, path, fingerprint: `${path} ${ino}` };
  } catch {
    return undefined;
  }
}

/** Whether the function is a virtual one of SR-IOV: its clock belongs to the physical function. */
export async function isVirtualFunction({ path }: PciFunction): Promise<boolean> {
  return await stat(join(path, "physfn")).then(
    () => true,
    () => false,
  );
}

/** Numbers that say what a function is. */
export type PciNumbers = Pick<DeviceHardware, "vendorId" | "deviceId" | "subsystemVendorId" | "subsystemDeviceId">;

/** Reads the numbers; absent is what the kernel does not tell. */
export async function readPciNumbers({ path }: PciFunction): Promise<PciNumbers> {
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
