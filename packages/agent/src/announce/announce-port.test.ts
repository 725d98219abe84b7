import assert from "node:assert/strict";
import test from "node:test";
import type { Ptp4lInstance } from "@ptp/plan";
import { tgmSettings } from "@ptp/truth";
import { createAnnouncePort } from "./announce-port.ts";

test("createAnnouncePort: what throws is a failure in words", async () => {
  const instance: Ptp4lInstance = {
    key: "ptp4l.0",
    profile: "p",
    configName: "b",
    socketPath: "/var/run/ptp4l.0.socket",
    domainNumber: 24,
    clockType: "GM",
    interfaces: ["eth0"],
  };
  const thrown = () => Promise.reject(new RangeError("clockClass 300 is no uint8"));
  const port = createAnnouncePort({ get: thrown, set: thrown }, () => instance);
  const value = tgmSettings(6, 0x21, { currentUtcOffsetS: 37, leap61: false, leap59: false });
  const write = { kind: "grandmaster-settings", configName: "b", value } as const;
  assert.deepEqual(await port.write(write), { reason: "clockClass 300 is no uint8" });
  assert.deepEqual(await port.read(write), { reason: "clockClass 300 is no uint8" });
});
