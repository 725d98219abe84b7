/** Identity and link of the network adapter behind a port; absent is what the host does not tell. */
export interface DeviceHardware {
  /** Domain, bus, device and function, such as `0000:51:00.0`. */
  readonly pciAddress: string;
  /** PCI numbers as the kernel writes them, such as `0x8086`. */
  readonly vendorId?: string;
  readonly deviceId?: string;
  readonly subsystemVendorId?: string;
  readonly subsystemDeviceId?: string;
  readonly firmwareVersion?: string;
  /** Driver and its version, such as `ice v1.13.7`; the driver alone if it has no version. */
  readonly driverVersion?: string;
  /** `up` with a carrier, else `down`. */
  readonly linkStatus?: string;
  /** Such as `25000Mb/s`; `unknown` without a link. */
  readonly linkSpeed?: string;
  /** Forward error correction in use, else configured, such as `RS`; `unknown` if the driver tells of none. */
  readonly fec?: string;
  readonly vpdIdentifierString?: string;
  readonly vpdPartNumber?: string;
  readonly vpdSerialNumber?: string;
  readonly vpdManufacturerId?: string;
  readonly vpdProductName?: string;
  readonly vpdVendorSpecific1?: string;
  readonly vpdVendorSpecific2?: string;
}

/** A port with a hardware clock. */
export interface Device {
  /** Interface name. */
  readonly name: string;
  /** Qualified names of the profiles whose ptp4l uses the port, with `, ` between them; absent if there is none. */
  readonly profile?: string;
  /** Index of its hardware clock (`/dev/ptpN`), if the host tells. */
  readonly phcIndex?: number;
  readonly hardware: DeviceHardware;
}

/** The machine, from SMBIOS type 1. */
export interface SystemInfo {
  readonly manufacturer?: string;
  readonly productName?: string;
  readonly version?: string;
  readonly serialNumber?: string;
  readonly skuNumber?: string;
  readonly family?: string;
}

/** The main board, from SMBIOS type 2. */
export interface BaseBoardInfo {
  readonly manufacturer?: string;
  readonly productName?: string;
  readonly version?: string;
  readonly serialNumber?: string;
}

/** What clock hardware a node has, complete. */
export interface DeviceInventory {
  /** Sorted by name. */
  readonly devices: readonly Device[];
  /** Absent if the host tells nothing of itself. */
  readonly systemInfo?: SystemInfo;
  readonly baseBoardInfo?: BaseBoardInfo;
}

/** Bounds of an inventory; agents keep to them, and an operator cuts what does not. */
export const inventoryLimits = {
  devices: 256,
  /** Characters of a text. */
  textLength: 256,
} as const;
