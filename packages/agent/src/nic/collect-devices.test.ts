import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { hostRoot } from "../host/host-root.ts";
import { createLinuxEthtool } from "../host/linux-ethtool.ts";
import { fakeEthtool, hardwareTimestamping, softwareTimestamping } from "../host/testing/fake-ethtool.ts";
import { addPort, buildFakeSysfs, pciFolder, writeInterfaceNames, type FakePort } from "../host/testing/fake-sysfs.ts";
import { collectDevices, createDeviceCollector } from "./collect-devices.ts";

const numbers = {
  vendor: "0x8086\n",
  device: "0x1593\n",
  subsystem_vendor: "0x8086\n",
  subsystem_device: "0x0005\n",
};
const vpd = (serial: string) => {
  const keyword = `SN${String.fromCharCode(serial.length)}${serial}`;
  const text = `\x82\x03\x00NIC\x90${String.fromCharCode(keyword.length)}\x00${keyword}\x78`;
  return new Uint8Array(Buffer.from(text, "latin1"));
};
const ice = (busInfo: string) => ({ driver: "ice", version: "1.13.7", firmwareVersion: "4.40 0x8001c7d5", busInfo });
const up = { carrier: "1\n", speed: "25000\n", operstate: "up\n" };

/** An adapter of two ports, whose second has the clock and another serial number. */
const adapter: Readonly<Record<string, FakePort>> = {
  ens1f0: { address: "0000:51:00.0", function: { ...numbers, vpd: vpd("first") }, interface: up, driver: "ice" },
  ens1f1: { address: "0000:51:00.1", function: { ...numbers, vpd: vpd("second") }, driver: "ice", phcIndex: 2 },
};
const kernel = {
  ens1f0: {
    timestamping: hardwareTimestamping(2),
    driver: ice("0000:51:00.0"),
    fec: { active: ["RS"], configured: ["Auto"] },
  },
  ens1f1: {
    timestamping: hardwareTimestamping(2),
    driver: ice("0000:51:00.1"),
    fec: { active: [], configured: ["Auto", "RS"] },
  },
};

test("ports of an adapter: identity, driver, link and shared vital product data", async (t) => {
  const root = await buildFakeSysfs(t, { ports: adapter, virtual: ["lo", "veth1"] });
  const identity = { vendorId: "0x8086", deviceId: "0x1593", subsystemVendorId: "0x8086", subsystemDeviceId: "0x0005" };
  const both = { ...identity, driverVersion: "ice v1.13.7", firmwareVersion: "4.40 0x8001c7d5" };
  const shared = { vpdIdentifierString: "NIC", vpdSerialNumber: "second" };
  const { devices } = await collectDevices({ root, ethtool: fakeEthtool(kernel) });
  const link = { linkStatus: "up", linkSpeed: "25000Mb/s", fec: "RS" };
  const noLink = { linkStatus: "down", linkSpeed: "unknown", fec: "Auto RS" };
  assert.deepEqual(devices, [
    { name: "ens1f0", phcIndex: 2, hardware: { pciAddress: "0000:51:00.0", ...both, ...link, ...shared } },
    { name: "ens1f1", phcIndex: 2, hardware: { pciAddress: "0000:51:00.1", ...both, ...noLink, ...shared } },
  ]);
});

test("no device: virtual functions, software stamps, other buses, and names of another namespace", async (t) => {
  const root = await buildFakeSysfs(t, {
    ports: {
      vf0: { address: "0000:51:01.0", physicalFunction: "0000:51:00.0", phcIndex: 3 },
      soft: { address: "0000:52:00.0" },
      part: { address: "0000:53:00.0" },
      usb0: { address: "2-1:1.0", phcIndex: 4 },
      virtio: { address: "virtio2", phcIndex: 5 },
      eth0: { address: "0000:54:00.0", driver: "ice", phcIndex: 6 },
      eth1: { address: "0000:55:00.0", driver: "ice", phcIndex: 7 },
    },
    vlans: ["eth0.7"],
  });
  const hardware = { timestamping: hardwareTimestamping(1) };
  const ethtool = fakeEthtool({
    vf0: { ...hardware, driver: ice("0000:51:01.0") },
    soft: { timestamping: softwareTimestamping, driver: ice("0000:52:00.0") },
    part: { timestamping: { ...hardwareTimestamping(1), hardwareRawClock: false } },
    usb0: hardware,
    virtio: hardware,
    eth0: { ...hardware, driver: ice("0000:99:00.0") },
    eth1: { ...hardware, driver: { ...ice(""), driver: "802.1Q VLAN Support" } },
    "eth0.7": hardware,
  });
  assert.deepEqual(await collectDevices({ root, ethtool }), { devices: [] });
});

test("drivers that say little, or spell themselves otherwise than sysfs, are devices all the same", async (t) => {
  const root = await buildFakeSysfs(t, {
    ports: {
      a: { address: "0000:52:00.0", driver: "rvu_nicpf" },
      b: { address: "10000:53:00.0", function: { vendor: "", vpd: "" } },
    },
  });
  const quiet = { driver: "rvu-nicpf", version: "", firmwareVersion: "N/A", busInfo: "" };
  const { phcIndex, ...noClock } = hardwareTimestamping(1);
  const ethtool = fakeEthtool({
    a: { timestamping: noClock, driver: quiet },
    b: { timestamping: hardwareTimestamping(phcIndex ?? 0) },
  });
  const none = { linkStatus: "down", linkSpeed: "unknown", fec: "unknown" };
  assert.deepEqual((await collectDevices({ root, ethtool })).devices, [
    { name: "a", hardware: { pciAddress: "0000:52:00.0", driverVersion: "rvu-nicpf", ...none } },
    { name: "b", phcIndex: 1, hardware: { pciAddress: "10000:53:00.0", ...none } },
  ]);
});

test("without an answer of the kernel a port with a clock in sysfs is a device", async (t) => {
  const root = await buildFakeSysfs(t, { ports: { ...adapter, ens2: { address: "0000:52:00.0" } } });
  const { devices } = await collectDevices({ root, ethtool: fakeEthtool() });
  assert.deepEqual(
    devices.map(({ name, phcIndex, hardware }) => [name, phcIndex, hardware.driverVersion, hardware.vpdSerialNumber]),
    [["ens1f1", 2, "ice", "second"]],
  );
});

test("what does not change is read once; what comes, goes or is exchanged is noticed", async (t) => {
  const root = await buildFakeSysfs(t, { ports: adapter });
  const ethtool = fakeEthtool({ ...kernel, ens2: { timestamping: hardwareTimestamping(5) } });
  const collector = createDeviceCollector({ root, ethtool });
  const first = await collector.collect();
  const owner = pciFolder(root, "0000:51:00.1");
  await writeFile(join(owner, "vpd"), vpd("changed"));
  await writeFile(join(owner, "vendor"), "0xffff\n");
  assert.deepEqual(await collector.collect(), first);

  await addPort(root, "ens2", { address: "0000:52:00.0", phcIndex: 5 });
  await writeInterfaceNames(root, ["ens1f0", "ens1f1", "ens2"]);
  await writeFile(join(owner, "net/ens1f1/carrier"), "1\n");
  await writeFile(join(owner, "net/ens1f1/speed"), "-1\n");
  const second = await collector.collect();
  assert.deepEqual(
    second.devices.map(({ name, hardware }) => [
      name,
      hardware.linkStatus,
      hardware.linkSpeed,
      hardware.vpdSerialNumber,
    ]),
    [
      ["ens1f0", "up", "25000Mb/s", "second"],
      ["ens1f1", "up", "unknown", "second"],
      ["ens2", "down", "unknown", undefined],
    ],
  );

  await writeInterfaceNames(root, ["ens2"]);
  await collector.collect();
  await rm(join(root.sysPath, "class/net/ens1f1"));
  await rm(owner, { recursive: true });
  await addPort(root, "ens1f1", { address: "0000:51:00.1", function: { vendor: "0x15b3", vpd: vpd("another") } });
  await writeInterfaceNames(root, ["ens1f1"]);
  const third = await collector.collect();
  assert.deepEqual(
    third.devices.map(({ hardware }) => [hardware.vendorId, hardware.vpdSerialNumber]),
    [["0x15b3", "another"]],
  );
});

test("the machine tells of itself what it knows", async (t) => {
  const dmi = {
    sys_vendor: "Dell Inc.\n",
    product_name: "PowerEdge XR11\n",
    product_version: "Unknown\n",
    product_serial: "  \n",
    product_sku: "SKU=0A",
    board_name: "0P2RNT\n",
    board_serial: `${"x".repeat(5000)}\n`,
  };
  const root = await buildFakeSysfs(t, { dmi });
  assert.deepEqual(await collectDevices({ root, ethtool: fakeEthtool() }), {
    devices: [],
    systemInfo: { manufacturer: "Dell Inc.", productName: "PowerEdge XR11", skuNumber: "SKU=0A" },
    baseBoardInfo: { productName: "0P2RNT", serialNumber: "x".repeat(256) },
  });
});

test("more ports than the limit: the first by name", async (t) => {
  const ports = Object.fromEntries(
    Array.from({ length: 258 }, (_, index) => [
      `e${String(index).padStart(3, "0")}`,
      { address: `0000:${(index >> 3).toString(16).padStart(2, "0")}:00.${index & 7}`, phcIndex: index },
    ]),
  );
  const root = await buildFakeSysfs(t, { ports });
  const { devices } = await collectDevices({ root, ethtool: fakeEthtool() });
  assert.equal(devices.length, 256);
  assert.equal(devices.at(-1)?.name, "e255");
});

test("the test host's own interfaces do no harm", async () => {
  const { devices } = await collectDevices({ root: hostRoot(), ethtool: createLinuxEthtool() });
  for (const { hardware } of devices) assert.match(hardware.pciAddress, /^[0-9a-f:.]+$/);
  assert.equal(
    devices.some(({ name }) => name === "lo" || name.startsWith("veth")),
    false,
  );
});

test("looking again is cheap: it happens on every node every minute", async (t) => {
  const port = (index: number): FakePort => ({
    address: `0000:${50 + index}:00.0`,
    phcIndex: index,
    interface: up,
    function: { ...numbers, vpd: vpd("serial") },
  });
  const root = await buildFakeSysfs(t, {
    ports: Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`ens${index}`, port(index)])),
    virtual: Array.from({ length: 250 }, (_, index) => `veth${index}`),
  });
  const collector = createDeviceCollector({ root, ethtool: createLinuxEthtool() });
  for (let count = 0; count < 20; count++) await collector.collect();
  const started = process.cpuUsage();
  for (let count = 0; count < 50; count++) await collector.collect();
  const { user, system } = process.cpuUsage(started);
  const cpuMs = (user + system) / 50_000;
  t.diagnostic(`${cpuMs.toFixed(2)} ms of CPU a look: 8 ports, 250 virtual interfaces`);
  assert.ok(cpuMs < 40, "4 ms on an idle machine");
});
