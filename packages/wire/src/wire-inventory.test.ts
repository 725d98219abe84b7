import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { inventoryLimits } from "@ptp/node";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dropped } from "./decoded.ts";
import { DeviceInventorySchema } from "./gen/ptp/agent/v1/agent_pb.ts";
import { arbitraryInventory } from "./testing/arbitrary.ts";
import { fromWireInventory, toWireInventory } from "./wire-inventory.ts";

test("an inventory comes back as the same value", () => {
  fc.assert(
    fc.property(arbitraryInventory, (inventory) => {
      const bytes = toBinary(DeviceInventorySchema, create(DeviceInventorySchema, toWireInventory(inventory)));
      const dropped: Dropped[] = [];
      const decoded = fromWireInventory(fromBinary(DeviceInventorySchema, bytes), dropped);
      assert.deepEqual(structuredClone(decoded), structuredClone(inventory));
      assert.deepEqual(dropped, []);
    }),
  );
});

test("an agent cannot make an operator keep more than the limits", () => {
  const long = `${"x".repeat(inventoryLimits.textLength - 1)}😀 and more`;
  const devices = Array.from({ length: inventoryLimits.devices + 2 }, (_, index) => ({
    name: `eth${index}`,
    hardware: { pciAddress: "0000:00:01.0", vpdIdentifierString: long },
  }));
  const dropped: Dropped[] = [];
  const decoded = fromWireInventory(
    create(DeviceInventorySchema, { devices, systemInfo: { manufacturer: long } }),
    dropped,
  );
  assert.equal(decoded.devices.length, inventoryLimits.devices);
  assert.equal(decoded.devices[0]?.hardware.vpdIdentifierString, "x".repeat(inventoryLimits.textLength - 1));
  assert.equal(decoded.systemInfo?.manufacturer?.length, inventoryLimits.textLength - 1);
  assert.deepEqual(
    dropped.map(({ name }) => name),
    ["eth256", "eth257"],
  );
});

test("a device without name or address costs itself", () => {
  const dropped: Dropped[] = [];
  const message = create(DeviceInventorySchema, {
    devices: [{ name: "eth0" }, { hardware: { pciAddress: "a" } }, { name: "eth2", hardware: { pciAddress: "b" } }],
  });
  assert.deepEqual(fromWireInventory(message, dropped), {
    devices: [{ name: "eth2", hardware: { pciAddress: "b" } }],
  });
  assert.deepEqual(
    dropped.map(({ name, path }) => `${name} ${path}`),
    ["eth0 hardware.pci_address", " name"],
  );
});
