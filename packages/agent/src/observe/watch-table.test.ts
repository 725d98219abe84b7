import assert from "node:assert/strict";
import test from "node:test";
import { silentLogger } from "@ptp/kit";
import type { Ptp4lInstance } from "@ptp/plan";
import type { ClockIdentity, ManagementBodies } from "@ptp/ptp";
import { eventually } from "../process/testing/fixture.ts";
import type { ManagementQuery } from "./ptp4l-round.ts";
import { createWatchTable } from "./watch-table.ts";

const dataSet = { numberPorts: 1, clockIdentity: "112233.fffe.445566" as ClockIdentity };
const query: ManagementQuery = <K extends keyof ManagementBodies>(_: Ptp4lInstance, id: K) =>
  Promise.resolve(id === "DEFAULT_DATA_SET" ? [dataSet as unknown as ManagementBodies[K]] : []);

const instanceOf = (domainNumber: number): Ptp4lInstance => ({
  key: "ptp4l.0",
  profile: "p",
  configName: "ptp4l.0.config",
  socketPath: "/var/run/ptp4l.0.socket",
  domainNumber,
  clockType: "OC",
  interfaces: ["eth0"],
});

test("createWatchTable: a subscription begins after those before it of the same key have ended", async () => {
  const heard: string[] = [];
  const enders = new Map<number, () => void>();
  const table = createWatchTable({
    query,
    onObservations: () => undefined,
    onReady: (_, { domainNumber }) => heard.push(`${domainNumber} ready`),
    onHung: () => undefined,
    isAcquiring: () => false,
    dueInMs: () => undefined,
    subscribe: ({ domainNumber }) => ({
      begin: () => void heard.push(`${domainNumber} begins`),
      hearNow: () => undefined,
      stop: async () => {
        // The second one has never begun, and ends at once.
        if (domainNumber === 1) await new Promise<void>((resolve) => enders.set(domainNumber, resolve));
        heard.push(`${domainNumber} ended`);
      },
    }),
    log: silentLogger,
  });
  const follow = (domainNumber: number): void => {
    table.follow([instanceOf(domainNumber)]);
    table.get("ptp4l.0")?.restart(true);
  };
  follow(1);
  await eventually("the first begins", () => heard.includes("1 begins"));
  follow(2);
  follow(3);
  await eventually("the third is ready", () => heard.includes("3 ready"));
  assert.deepEqual(
    heard.filter((each) => each.endsWith("begins")),
    ["1 begins"],
  );
  enders.get(1)?.();
  await eventually("the third begins", () => heard.includes("3 begins"));
  assert.ok(heard.indexOf("1 ended") < heard.indexOf("3 begins"));
  await table.stop();
  assert.equal(heard.at(-1), "3 ended");
});
