import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProfile } from "@ptp/node";
import type { PtpClockObservation } from "../ptp-clock.ts";
import { at } from "../testing/machine-laws.ts";
import { answered, dataSetsBelow, dpllOf, measurement, onlyPort } from "../testing/management-round.ts";
import { processInput } from "../testing/whole-node.ts";
import { announceIntents } from "./announce-intents.ts";
import type { NodeInput } from "./node-input.ts";
import { followPlan, initialNodeState, type NodeState } from "./node-state.ts";
import { stepNode } from "./step-node.ts";
import type { WatchedPlan } from "./watched-plan.ts";

const plan: WatchedPlan = {
  processes: [{ key: "ptp4l.0", program: "ptp4l", profile: "tr", configName: "ptp4l.0.config" }],
  ptp4lInstances: [
    {
      key: "ptp4l.0",
      profile: "tr",
      configName: "ptp4l.0.config",
      socketPath: "/var/run/ptp4l.0.socket",
      domainNumber: 24,
      interfaces: ["ens1f0"],
    },
  ],
  aliasByInterface: {},
};
const up = processInput(plan, "ptp4l.0", true);
const dpll = (code: number): NodeInput => dpllOf("ptp4l.0", code);
const round = (parent: number, ...rest: readonly PtpClockObservation[]): NodeInput =>
  answered(...dataSetsBelow(parent), ...rest);

/** What such a node decides over the inputs, and announces in the end. */
function story(profile: NodeProfile, inputs: readonly NodeInput[]) {
  let state: NodeState = followPlan(initialNodeState("n"), plan, { profiles: [profile] }, at(0));
  const changes: unknown[] = [];
  inputs.forEach((input, i) => {
    const step = stepNode(state, input, at(60 * i));
    ({ state } = step);
    changes.push(...step.changes.map(({ clock, of, from, to, cause }) => ({ clock, of, from, to, cause })));
  });
  return { changes, announced: announceIntents(state), states: state.clocks.map(({ clock }) => clock.status.state) };
}

const profiles: Readonly<Record<string, NodeProfile>> = {
  "an ordinary clock": { name: "tr" },
  "a T-BC": { name: "tr", ptpSettings: { clockType: "T-BC", leadingInterface: "ens1f0" } },
};

for (const [what, profile] of Object.entries(profiles)) {
  test(`a fault of the only port, told ahead of the round that finds it, decides the same of ${what}`, () => {
    const measured = Array.from({ length: 80 }, (_, i) => [
      round(6, onlyPort("TIME_RECEIVER"), measurement(i + 1, 3)),
      dpll(3),
    ]).flat();
    const begin: readonly NodeInput[] = [up, dpll(3), ...measured];
    const found = round(248, onlyPort("FAULTY"));
    const toldAhead: NodeInput = { source: "management", process: "ptp4l.0", observations: [onlyPort("FAULTY")] };
    const later = story(profile, [...begin, answered(), found, found]);
    const ahead = story(profile, [...begin, toldAhead, found, found]);
    assert.deepEqual(ahead, later);
    assert.deepEqual(ahead.states, ["HOLDOVER"]);
  });
}
