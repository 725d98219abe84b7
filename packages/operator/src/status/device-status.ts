import type { DeviceHardwareInfo, NodePtpDeviceStatus, PtpDevice } from "@ptp/api";
import type { Device, DeviceHardware, DeviceInventory } from "@ptp/node";

/** What the status of a NodePtpDevice says of hardware: the agent's inventory in the words of the custom resource. */
export function deviceStatus(
  inventory: DeviceInventory,
): Pick<NodePtpDeviceStatus, "devices" | "systemInfo" | "baseBoardInfo"> {
  const { devices, systemInfo, baseBoardInfo } = inventory;
  return {
    ...(devices.length === 0 ? {} : { devices: devices.map(toPtpDevice) }),
    ...(systemInfo && { systemInfo }),
    ...(baseBoardInfo && { baseBoardInfo }),
  };
}

function toPtpDevice({ hardware, ...device }: Device): PtpDevice {
  return { ...device, hardwareInfo: toHardwareInfo(hardware) };
}

function toHardwareInfo(hardware: DeviceHardware): DeviceHardwareInfo {
  const { vendorId, deviceId, subsystemVendorId, subsystemDeviceId, vpdManufacturerId, ...info } = hardware;
  return {
    ...info,
    ...(vendorId && { vendorID: vendorId }),
    ...(deviceId && { deviceID: deviceId }),
    ...(subsystemVendorId && { subsystemVendorID: subsystemVendorId }),
    ...(subsystemDeviceId && { subsystemDeviceID: subsystemDeviceId }),
    ...(vpdManufacturerId && { vpdManufacturerID: vpdManufacturerId }),
  };
}

/** The way back: the inventory that a status tells; undefined if it tells of no hardware. */
export function inventoryOfStatus(status: NodePtpDeviceStatus): DeviceInventory | undefined {
  const { devices, systemInfo, baseBoardInfo } = status;
  if (devices === undefined && systemInfo === undefined && baseBoardInfo === undefined) return undefined;
  return {
    devices: (devices ?? []).map(({ name = "", hardwareInfo = {}, ...device }) => ({
      ...device,
      name,
      hardware: toHardware(hardwareInfo),
    })),
    ...(systemInfo && { systemInfo }),
    ...(baseBoardInfo && { baseBoardInfo }),
  };
}

function toHardware(told: DeviceHardwareInfo): DeviceHardware {
  const {
    pciAddress = "",
    vendorID,
    deviceID,
    subsystemVendorID,
    subsystemDeviceID,
    vpdManufacturerID,
    ...info
  } = told;
  return {
    ...info,
    pciAddress,
    ...(vendorID && { vendorId: vendorID }),
    ...(deviceID && { deviceId: deviceID }),
    ...(subsystemVendorID && { subsystemVendorId: subsystemVendorID }),
    ...(subsystemDeviceID && { subsystemDeviceId: subsystemDeviceID }),
    ...(vpdManufacturerID && { vpdManufacturerId: vpdManufacturerID }),
  };
}
