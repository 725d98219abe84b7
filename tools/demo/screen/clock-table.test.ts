import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeStatus } from "../world/node-status.ts";
import type { NodeSnapshot, Snapshot } from "../world/snapshot.ts";
import { demoTopology, describeIdentity } from "../world/topology.ts";
import { clockTable } from "./clock-table.ts";

const nothing: NodeStatus = { revision: "", profiles: [], clocks: [], processes: [], notices: [] };

function node(name: string, status: Partial<NodeStatus> = {}, agentRuns = true): NodeSnapshot {
  return { name, status: { ...nothing, ...status }, programs: [], agentRuns };
}

const boundary: Partial<NodeStatus> = {
  revision: "0123456789abcdef",
  processes: [
    { key: "ptp4l.0", program: "ptp4l", profile: "boundary_bc", state: "running", pid: 17, starts: 1 },
    { key: "phc2sys.0", program: "phc2sys", profile: "boundary_bc", state: "backoff", starts: 3 },
  ],
  clocks: [
    {
      profile: "boundary_bc",
      process: "ptp4l",
      config: "ptp4l.0.config",
      state: "HOLDOVER",
      since: "2026-11-21T10:00:00.000Z",
      cause: ["no port is SLAVE"],
      clockClass: 6,
      offsetNs: -12,
      parentPortIdentity: "020000.fffe.000100-1",
      ports: [
        { number: 1, name: "bc0", state: "SLAVE" },
        { number: 2, name: "bc1", state: "MASTER" },
      ],
    },
  ],
};

function table(nodes: readonly NodeSnapshot[], offsetNs?: number): readonly string[] {
  const snapshot: Snapshot = { atUnixMs: 0, nodes };
  return clockTable(snapshot, {
    offsetNs: () => offsetNs,
    describe: (text) => describeIdentity(demoTopology, text),
  });
}

test("clockTable shows a row per process, aligned, and why a clock is not LOCKED", () => {
  assert.deepEqual(table([node("gm"), node("bc", boundary)], 345.4), [
    "node  profile      process            ports                  parent     offset  clock     class  revision",
    "gm    -            -                  -                      -          -       -         -      -",
    "bc    boundary_bc  ptp4l.0 (17)       bc0 SLAVE, bc1 MASTER  gm port 1  345 ns  HOLDOVER  6      0123456789abcdef",
    "bc    boundary_bc  phc2sys.0 backoff  -                      -          -       -         -      0123456789abcdef",
    "  bc: ptp4l.0.config is HOLDOVER: no port is SLAVE",
  ]);
});

test("clockTable takes the offset of the status where there are no metrics", () => {
  assert.match(table([node("bc", boundary)]).join("\n"), /-12 ns/);
});

test("clockTable tells nothing old of a node whose agent is down", () => {
  assert.deepEqual(table([node("bc", boundary, false)], 5).slice(1), [
    "bc    boundary_bc  ptp4l.0 ?    -      -       -       -      -      0123456789abcdef",
    "bc    boundary_bc  phc2sys.0 ?  -      -       -       -      -      0123456789abcdef",
    "  bc: its agent does not run",
  ]);
});

test("clockTable shows no offset of a clock that follows nobody, and names it its own parent", () => {
  const [clock] = boundary.clocks ?? [];
  assert.ok(clock);
  const alone = {
    ...clock,
    parentPortIdentity: "020000.fffe.000200-0",
    ports: [{ number: 1, name: "bc0", state: "MASTER" }],
  };
  const text = table([node("bc", { ...boundary, clocks: [alone] })], 5).join("\n");
  assert.match(text, /itself +- +HOLDOVER/);
});

test("clockTable tells refused profiles and notices", () => {
  const profiles = [{ name: "a_b", outcome: "refused", path: "ptp4lConf", reason: "line 3: no such option" }] as const;
  const text = table([node("bc", { profiles, notices: ["clock states are off"] })]).join("\n");
  assert.match(text, /bc: a_b is refused: ptp4lConf: line 3: no such option/);
  assert.match(text, /bc: clock states are off/);
});
