import type { NodePtpDeviceStatus } from "@ptp/api";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { factsOfStatus } from "./facts-of-status.ts";
import { summariseNode } from "./summarise-node.ts";

const facts: SessionFacts = {
  connected: true,
  sinceUnixMs: 0,
  acceptedRevision: "r",
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
  return summariseNode(of, profiles).fields;
};

test("what a status tells of a node is what its replica knew", () => {
  assert.deepEqual(factsOfStatus(statusOf(facts)), facts);
});

test("an agent that its replica had lost is lost for the others too", () => {
  const lastTransitionTime = "2026-01-01T00:00:00Z";
  const reconciling = { type: "Reconciling", status: "True", reason: "AgentDisconnected", message: "" } as const;
  const status = { ...statusOf(facts), conditions: [{ ...reconciling, lastTransitionTime }] };
  assert.equal(factsOfStatus(status).connected, false);
  assert.equal(factsOfStatus({}).connected, true);
});
