import type { NodePtpDeviceStatus } from "@ptp/api";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { factsOfStatus } from "./facts-of-status.ts";
import { summariseNode } from "./summarise-node.ts";

const facts: SessionFacts = {
  connected: true,
  sinceUnixMs: 1_790_000_000_000,
  agentVersion: "1.2",
  reportPod: "agent-x7k2p",
  acceptedRevision: "r",
  inventory: {
    devices: [{ name: "eth0", phcIndex: 0, hardware: { pciAddress: "0000:51:00.0", vendorId: "0x8086" } }],
    systemInfo: { productName: "server" },
  },
  report: {
    revision: "r",
    outcomes: [
      { name: "c_a", outcome: "applied" },
      { name: "c_b", outcome: "refused", path: "interface", reason: "eth9 does not exist" },
    ],
    clocks: [
      {
        profile: "c_a",
        process: "ptp4l",
        configName: "ptp4l.0.config",
        state: "HOLDOVER",
        sinceUnixMs: 1_790_000_000_123,
        cause: ["no announce"],
        offsetNs: -7,
        ports: [{ number: 1, name: "eth0", state: "LISTENING" }],
      },
      {
        profile: "c_ha",
        process: "phc2sys",
        configName: "phc2sys.1.config",
        state: "LOCKED",
        sinceUnixMs: 1_790_000_000_456,
        cause: ["offset within thresholds"],
        ports: [],
        source: {
          profile: "c_a",
          interface: "eth0",
          sinceUnixMs: 1_790_000_000_123,
          cause: ["c_b failed: its link is down", "c_a is well"],
        },
      },
    ],
    processes: [
      {
        key: "ptp4l.0",
        program: "ptp4l",
        profile: "c_a",
        configName: "",
        state: "backoff",
        starts: 3,
        sinceUnixMs: 0,
        lastExit: "exit code 1",
      },
    ],
    notices: ["no chronyd"],
    leapSeconds: {
      standing: "expiring",
      origin: "config",
      utcOffsetS: 37,
      expiresUnixMs: 1_814_140_800_000,
      message: "it expires: give the node a newer one",
    },
  },
};

const statusOf = (of: SessionFacts): NodePtpDeviceStatus => {
  const outcomes = of.report?.outcomes ?? [];
  const profiles = outcomes.map((outcome) => ({
    nodeName: "n",
    profile: outcome.name,
    progress:
      outcome.outcome === "applied"
        ? ({ stage: "applied" } as const)
        : ({ stage: "refused", path: outcome.path, reason: outcome.reason } as const),
    clocks: [],
    needsHardware: false,
  }));
  return summariseNode({ facts: of, profiles, revision: "s", replica: "a_1" }).fields;
};

test("what a status tells of a node is what its replica knew", () => {
  assert.deepEqual(factsOfStatus(statusOf(facts)), facts);
});

test("a config that was refused as a whole, or cannot be sent, is told to the other replicas too", () => {
  const refusal = { kind: "not-persisted", reason: "disk full" } as const;
  const result = { revision: "s", profiles: [], refusal };
  assert.deepEqual(factsOfStatus(statusOf({ ...facts, result })), { ...facts, result });
  assert.deepEqual(factsOfStatus(statusOf({ ...facts, unsendable: "too large" })), {
    ...facts,
    unsendable: "too large",
  });
  const older = { ...result, revision: "r" };
  assert.deepEqual(factsOfStatus(statusOf({ ...facts, result: older })), facts, "of a config nobody wants any more");
});

test("an agent that its replica had lost is lost for the others too, and stays history", () => {
  const away = statusOf({ ...facts, connected: false, sinceUnixMs: 1_790_000_001_000 });
  assert.deepEqual(away.agent, {
    connected: false,
    since: "2026-09-21T14:13:21.000Z",
    version: "1.2",
    pod: "agent-x7k2p",
  });
  const known = factsOfStatus(away);
  assert.equal(known.connected, false);
  assert.deepEqual(known.inventory, facts.inventory);
  assert.deepEqual(statusOf({ ...known, sinceUnixMs: 1_790_000_001_000 }).clocks, away.clocks);
  assert.equal(factsOfStatus({}).connected, false);
});
