import { validateObject } from "@ptp/api";
import type { DeviceHardware } from "@ptp/node";
import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceStatus } from "./device-status.ts";

const hardware: Required<DeviceHardware> = {
  pciAddress: "0000:51:00.0",
  vendorId: "0x8086",
  deviceId: "0x1593",
  subsystemVendorId: "0x8087",
  subsystemDeviceId: "0x0005",
  firmwareVersion: "4.40",
  driverVersion: "ice v1.13.7",
  linkStatus: "up",
  linkSpeed: "25000Mb/s",
  fec: "RS",
  vpdIdentifierString: "id",
  vpdPartNumber: "pn",
  vpdSerialNumber: "sn",
  vpdManufacturerId: "mn",
  vpdProductName: "v0",
  vpdVendorSpecific1: "v1",
  vpdVendorSpecific2: "v2",
};

const document = (status: object) => ({
  apiVersion: "ptp.openshift.io/v1",
  kind: "NodePtpDevice",
  metadata: { name: "n", namespace: "openshift-ptp" },
  spec: {},
  status,
});

test("all that an agent can tell of hardware has its field in the custom resource", () => {
  const systemInfo = {
    manufacturer: "a",
    productName: "b",
    version: "c",
    serialNumber: "d",
    skuNumber: "e",
    family: "f",
  };
  const { skuNumber, family, ...baseBoardInfo } = systemInfo;
  const devices = [{ name: "ens1f0", profile: "c_oc", phcIndex: 0, hardware }];
  const status = deviceStatus({ devices, systemInfo, baseBoardInfo });
  assert.deepEqual(validateObject(document(status)), []);
  const { hardwareInfo, ...device } = status.devices?.[0] ?? {};
  assert.deepEqual(device, { name: "ens1f0", profile: "c_oc", phcIndex: 0 });
  assert.deepEqual(new Set(Object.values(hardwareInfo ?? {})), new Set(Object.values(hardware)));
  assert.equal(hardwareInfo?.subsystemDeviceID, "0x0005");
  assert.deepEqual([skuNumber, family, status.systemInfo, status.baseBoardInfo], ["e", "f", systemInfo, baseBoardInfo]);
});

test("nothing found is nothing told", () => {
  assert.deepEqual(deviceStatus({ devices: [] }), {});
  const least = deviceStatus({ devices: [{ name: "eth0", hardware: { pciAddress: "0000:00:03.0" } }] });
  assert.deepEqual(least, { devices: [{ name: "eth0", hardwareInfo: { pciAddress: "0000:00:03.0" } }] });
});
