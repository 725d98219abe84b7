import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  inventoryLimits,
  type BaseBoardInfo,
  type Device,
  type DeviceHardware,
  type DeviceInventory,
  type SystemInfo,
} from "@ptp/node";
import { decodeEach, type Dropped } from "./decoded.ts";
import { nonEmpty, present } from "./field.ts";
import type * as pb from "./gen/ptp/agent/v1/agent_pb.ts";

/** An inventory as its message. */
export function toWireInventory(inventory: DeviceInventory): MessageInitShape<typeof pb.DeviceInventorySchema> {
  const { devices, systemInfo, baseBoardInfo } = inventory;
  return {
    devices: devices.map((device) => ({ ...device, hardware: { ...device.hardware } })),
    ...present({ systemInfo: systemInfo && { ...systemInfo }, baseBoardInfo: baseBoardInfo && { ...baseBoardInfo } }),
  };
}

/**
 * An inventory from its message. A device without name or PCI address, and those above the limit, are dropped by
 * themselves; longer texts are cut.
 */
export function fromWireInventory(message: pb.DeviceInventory, dropped: Dropped[]): DeviceInventory {
  const { systemInfo, baseBoardInfo } = message;
  const kept = message.devices.slice(0, inventoryLimits.devices);
  for (const { name } of message.devices.slice(inventoryLimits.devices)) {
    dropped.push({ name, path: "devices", reason: `more than ${inventoryLimits.devices} devices` });
  }
  return {
    devices: decodeEach(kept, ({ name }) => name, fromWireDevice, dropped),
    ...present({
      systemInfo: systemInfo && fromWireSystemInfo(systemInfo),
      baseBoardInfo: baseBoardInfo && fromWireBaseBoardInfo(baseBoardInfo),
    }),
  };
}

function fromWireDevice({ name, profile, phcIndex, hardware }: pb.Device): Device {
  return {
    name: cut(nonEmpty("name", name)),
    hardware: fromWireHardware(hardware),
    ...present({ profile: profile === undefined ? undefined : cut(profile), phcIndex }),
  };
}

function fromWireHardware(hardware: pb.DeviceHardware | undefined): DeviceHardware {
  return {
    pciAddress: cut(nonEmpty("hardware.pci_address", hardware?.pciAddress ?? "")),
    ...bounded({
      vendorId: hardware?.vendorId,
      deviceId: hardware?.deviceId,
      subsystemVendorId: hardware?.subsystemVendorId,
      subsystemDeviceId: hardware?.subsystemDeviceId,
      firmwareVersion: hardware?.firmwareVersion,
      driverVersion: hardware?.driverVersion,
      linkStatus: hardware?.linkStatus,
      linkSpeed: hardware?.linkSpeed,
      fec: hardware?.fec,
      vpdIdentifierString: hardware?.vpdIdentifierString,
      vpdPartNumber: hardware?.vpdPartNumber,
      vpdSerialNumber: hardware?.vpdSerialNumber,
      vpdManufacturerId: hardware?.vpdManufacturerId,
      vpdProductName: hardware?.vpdProductName,
      vpdVendorSpecific1: hardware?.vpdVendorSpecific1,
      vpdVendorSpecific2: hardware?.vpdVendorSpecific2,
    }),
  };
}

function fromWireSystemInfo(message: pb.SystemInfo): SystemInfo {
  const { manufacturer, productName, version, serialNumber, skuNumber, family } = message;
  return bounded({ manufacturer, productName, version, serialNumber, skuNumber, family });
}

function fromWireBaseBoardInfo(message: pb.BaseBoardInfo): BaseBoardInfo {
  const { manufacturer, productName, version, serialNumber } = message;
  return bounded({ manufacturer, productName, version, serialNumber });
}

/** The fields that are there, none longer than the limit. */
function bounded<T extends Readonly<Record<string, string | undefined>>>(fields: T): Partial<Record<keyof T, string>> {
  const entries = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, cut(value)]]));
  return Object.fromEntries(entries) as Partial<Record<keyof T, string>>;
}

/** Cut so that no half of a surrogate pair is left, which protobuf could not send on. */
function cut(value: string): string {
  return value.length <= inventoryLimits.textLength
    ? value
    : value.slice(0, inventoryLimits.textLength).replace(/[\ud800-\udbff]$/, "");
}
