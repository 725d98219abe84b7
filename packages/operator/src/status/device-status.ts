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
