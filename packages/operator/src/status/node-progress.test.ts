import type { ClockReport, NodeConfig } from "@ptp/node";
import assert from "node:assert/strict";
import { test } from "node:test";
import { synchronized } from "./aspects.ts";
import { profilesOnNode } from "./node-progress.ts";
import { summariseNode } from "./summarise-node.ts";

const config: NodeConfig = { nodeName: "n", profiles: [{ name: "c_oc" }], hardware: [], plugins: [], secrets: [] };
const rest = { profile: "c_oc", sinceUnixMs: 0, cause: [], ports: [] };
const clocks: readonly ClockReport[] = [
  { ...rest, process: "ptp4l", configName: "ptp4l.0.config", state: "LOCKED" },
  { ...rest, process: "synce4l", configName: "synce4l.0.config", state: "FREERUN" },
];

test("a SyncE device that is lost is told of, and its node is as synchronized as before", () => {
  const report = { revision: "r", outcomes: [], clocks, processes: [], notices: [] };
  const facts = { connected: true, sinceUnixMs: 0, acceptedRevision: "r", report };
  const profiles = profilesOnNode("n", { config, revision: "r", explanation: [], conflicts: [] }, facts);
  assert.equal(synchronized(profiles).status, "True");
  const { fields } = summariseNode({ facts, profiles, revision: "r" });
  const told = fields["clocks"] as readonly { readonly process: string; readonly state: string }[];
  assert.deepEqual(
    told.map(({ process, state }) => [process, state]),
    [
      ["ptp4l", "LOCKED"],
      ["synce4l", "FREERUN"],
    ],
  );
});
