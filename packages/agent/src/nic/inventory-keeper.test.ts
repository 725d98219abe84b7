import { captureLogger, silentLogger } from "@ptp/kit";
import type { DeviceInventory } from "@ptp/node";
import assert from "node:assert/strict";
import { test } from "node:test";
import { assignProfiles } from "./assign-profiles.ts";
import { createInventoryKeeper } from "./inventory-keeper.ts";

const inventory = (...names: readonly string[]): DeviceInventory => ({
  devices: names.map((name) => ({ name, hardware: { pciAddress: `address of ${name}` } })),
});
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("an inventory that is equal stays the same object and is no change", async () => {
  let found = inventory("a");
  const changes: (DeviceInventory | undefined)[] = [];
  const keeper = createInventoryKeeper({
    collect: () => Promise.resolve(structuredClone(found)),
    onChange: () => void changes.push(keeper.current()),
    log: silentLogger,
  });
  assert.equal(keeper.current(), undefined);
  keeper.refresh();
  await turn();
  keeper.refresh();
  await turn();
  assert.deepEqual(changes, [inventory("a")]);
  assert.equal(keeper.current(), changes[0]);
  found = inventory("a", "b");
  keeper.refresh();
  await turn();
  assert.deepEqual(changes, [inventory("a"), inventory("a", "b")]);
});

test("one look at a time; what is asked for meanwhile becomes one more; a failure keeps what was", async () => {
  const looks: PromiseWithResolvers<DeviceInventory>[] = [];
  const warnings: string[] = [];
  const keeper = createInventoryKeeper({
    collect: () => {
      const look = Promise.withResolvers<DeviceInventory>();
      looks.push(look);
      return look.promise;
    },
    onChange: () => undefined,
    log: captureLogger((level, message) => void (level === "warn" && warnings.push(message))),
  });
  for (let count = 0; count < 5; count++) keeper.refresh();
  assert.equal(looks.length, 1);
  looks[0]?.resolve(inventory("a"));
  await turn();
  assert.equal(looks.length, 2);
  looks[1]?.reject(new Error("no"));
  await turn();
  assert.equal(looks.length, 2);
  assert.equal(warnings.length, 1);
  assert.deepEqual(keeper.current(), inventory("a"));
  keeper.refresh();
  keeper.refresh();
  const stopped = keeper.stop();
  looks[2]?.resolve(inventory("late"));
  await stopped;
  keeper.refresh();
  assert.equal(looks.length, 3);
  assert.deepEqual(keeper.current(), inventory("a"));
});

test("a device has the profiles whose ptp4l has it as a port, each once", () => {
  const { devices } = inventory("a", "b", "c");
  const assigned = assignProfiles(devices, [
    { profile: "p1", interfaces: ["a", "b"] },
    { profile: "p1", interfaces: ["a"] },
    { profile: "p0", interfaces: ["b", "not a device"] },
    { profile: "x".repeat(300), interfaces: ["c"] },
  ]);
  assert.deepEqual(
    assigned.map(({ profile }) => profile),
    ["p1", "p1, p0", "x".repeat(256)],
  );
  assert.deepEqual(assignProfiles(devices, []), devices);
});
