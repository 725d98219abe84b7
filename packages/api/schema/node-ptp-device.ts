import { conditions, observedGeneration } from "./condition.ts";
import { anyJson, flag, listOf, maybe, record, text, wholeNumber } from "./fields.ts";
import type { KindDefinition } from "./kind.ts";
import { nodeTruth } from "./node-truth.ts";

const hardwareInfo = record(
  "Identity of the network adapter behind the port.",
  {
    pciAddress: maybe(text("PCI address, for example 0000:51:00.0.")),
    vendorID: maybe(text("PCI vendor number, for example 0x8086.")),
    deviceID: maybe(text("PCI device number.")),
    subsystemVendorID: maybe(text("PCI subsystem vendor number.")),
    subsystemDeviceID: maybe(text("PCI subsystem device number.")),
    firmwareVersion: maybe(text("Firmware version of the adapter.")),
    driverVersion: maybe(text("Kernel driver and its version.")),
    linkStatus: maybe(text("up or down.")),
    linkSpeed: maybe(text("Negotiated link speed, for example 25000Mb/s.")),
    fec: maybe(text("Forward error correction in use, for example RS.")),
    vpdIdentifierString: maybe(text("Vital product data: name of the product.")),
    vpdPartNumber: maybe(text("Vital product data: part number.")),
    vpdSerialNumber: maybe(text("Vital product data: serial number.")),
    vpdManufacturerID: maybe(text("Vital product data: manufacturer.")),
    vpdProductName: maybe(text("Vital product data: field V0, product name.")),
    vpdVendorSpecific1: maybe(text("Vital product data: field V1, often a finer product name.")),
    vpdVendorSpecific2: maybe(text("Vital product data: field V2.")),
  },
  { type: "DeviceHardwareInfo" },
);

const device = record(
  "A port with a hardware clock.",
  {
    name: maybe(text("Name of the network interface.")),
    profile: maybe(text("Qualified name of the profile that uses the port; several are separated by a comma.")),
    phcIndex: maybe(wholeNumber("Index of the hardware clock: N of /dev/ptpN.")),
    hardwareInfo: maybe(hardwareInfo),
  },
  { type: "PtpDevice" },
);

const hwconfig = record(
  "Outcome of configuring one piece of hardware.",
  {
    deviceID: maybe(text("Which device, in the words of its plugin.")),
    vendorID: maybe(text("PCI vendor number.")),
    failed: maybe(flag("Whether configuring it failed.")),
    status: maybe(text("What happened, for people.")),
    config: maybe(anyJson("The configuration that was applied.")),
  },
  { type: "DeviceHardwareConfig" },
);

const systemInfo = record(
  "The machine, from SMBIOS type 1.",
  {
    manufacturer: maybe(text("Manufacturer of the machine.")),
    productName: maybe(text("Product name of the machine.")),
    version: maybe(text("Version of the machine.")),
    serialNumber: maybe(text("Serial number of the machine.")),
    skuNumber: maybe(text("Stock keeping unit of the machine.")),
    family: maybe(text("Family of the machine.")),
  },
  { type: "SystemInfo" },
);

const baseBoardInfo = record(
  "The main board, from SMBIOS type 2.",
  {
    manufacturer: maybe(text("Manufacturer of the board.")),
    productName: maybe(text("Product name of the board.")),
    version: maybe(text("Version of the board.")),
    serialNumber: maybe(text("Serial number of the board.")),
  },
  { type: "BaseBoardInfo" },
);

/** NodePtpDevice v1: what a node has; written by the operator from the agent's reports. */
export const nodePtpDevice: KindDefinition = {
  kind: "NodePtpDevice",
  version: "v1",
  plural: "nodeptpdevices",
  shortNames: ["nptpd"],
  description: "Clock hardware of the node of the same name. Written by the operator, read by people.",
  spec: record("Nothing to configure.", {}, { type: "NodePtpDeviceSpec" }),
  status: record(
    "What the agent found on the node.",
    {
      devices: maybe(listOf(device, "Ports with a hardware clock.")),
      hwconfig: maybe(listOf(hwconfig, "Outcome of configuring the hardware.")),
      systemInfo: maybe(systemInfo),
      baseBoardInfo: maybe(baseBoardInfo),
      ...nodeTruth,
      conditions,
      observedGeneration,
    },
    { type: "NodePtpDeviceStatus" },
  ),
  columns: [
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ],
};
