import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import type { Instant } from "@ptp/node";
import { initialHaChoice, stepHa, type HaChoice, type HaObservation } from "./ha/ha-choice.ts";
import type { SourceHealth } from "./ha/source-health.ts";
import type { SyncStatus } from "./sync-machine.ts";
import {
  initialNtpFailover,
  stepNtpFailover,
  type FailoverObservation,
  type NtpFailover,
} from "./system/ntp-failover.ts";
import { transitionsOf } from "./testing/explore.ts";
import { announcementName, leapMachine, leapObservations } from "./testing/leap-machine.ts";
import { keepsLaws } from "./testing/machine-laws.ts";
import * as under from "./testing/machines.ts";
import { ptpMachine, ptpObservations } from "./testing/ptp-machine.ts";
import * as system from "./testing/system-machines.ts";

const page = readFileSync(new URL("../../../docs/state-machines.md", import.meta.url), "utf8");
const stateOf = ({ status }: { readonly status: SyncStatus }) => status.state;

/** The transitions that a diagram shows, by the heading above it; there may be several diagrams under one. */
function drawn(): ReadonlyMap<string, ReadonlySet<string>> {
  const diagrams = new Map<string, Set<string>>();
  let heading = "";
  for (const line of page.split("\n")) {
    heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    const arrow = /^ +(\S+) --> ([^\s:]+)/.exec(line);
    if (arrow === null) continue;
    diagrams.set(heading, (diagrams.get(heading) ?? new Set()).add(`${arrow[1]} --> ${arrow[2]}`));
  }
  return diagrams;
}

const failover = { toleranceMs: 5000, startupDelayMs: 90_000 };
const failoverMachine = {
  initial: (now: Instant) => initialNtpFailover(now, failover),
  step: (state: NtpFailover, observation: FailoverObservation, now: Instant) => ({
    state: stepNtpFailover(state, observation, failover, now).failover,
  }),
};
const failoverObservations = fc.constantFrom<FailoverObservation>(
  { kind: "available", program: "chronyd" },
  { kind: "available", program: "phc2sys" },
  { kind: "stable" },
  { kind: "tick" },
);

const ha = { order: ["bc1", "bc2"], heartbeatMs: 1000, graceMs: 10_000 } as const;
const haMachine = {
  initial: (now: Instant) => initialHaChoice(now, ha),
  step: (state: HaChoice, observation: HaObservation, now: Instant) => ({
    state: stepHa(state, observation, ha, now).choice,
  }),
};
const haObservations: fc.Arbitrary<HaObservation> = fc.oneof(
  fc.record({
    kind: fc.constant("source" as const),
    profile: fc.constantFrom("bc1", "bc2"),
    facts: fc.constantFrom(
      { processUp: true, linkUp: true, state: "LOCKED" } as const,
      { processUp: true, linkUp: false, state: "HOLDOVER" } as const,
    ),
  }),
  fc.constant({ kind: "tick" } as const),
);

function healthName(health: SourceHealth | undefined): string {
  if (health === undefined) return "?";
  if (health.fault !== undefined) return health.failure === undefined ? "suspected" : "failed";
  return health.onProbation ? "on_probation" : "well";
}

const tgm = under.tgmMachine(under.tgmOptions);
const tbc = under.tbcMachine(under.tbcOptions);
const [leading] = under.tgmOptions.dplls;
assert.ok(leading !== undefined);
const tgmOfOne = under.tgmMachine({ ...under.tgmOptions, dplls: [leading] });
const tbcOfOne = under.tbcMachine({
  ...under.tbcOptions,
  dplls: [under.dpllOptions("ptp4l")],
  inSync: { filterSize: 2, thresholdNs: 100, times: 1 },
});
const explored: Readonly<Record<string, () => ReadonlySet<string>>> = {
  "PTP clock": () => transitionsOf(ptpMachine, ptpObservations, { nameOf: stateOf }),
  "GNSS receiver": () => transitionsOf(under.gnssMachine, under.gnssObservations, { nameOf: stateOf }),
  "DPLL behind GNSS": () => transitionsOf(under.dpllMachine("gnss"), under.dpllObservations, { nameOf: stateOf }),
  "DPLL behind a pulse": () => transitionsOf(under.dpllMachine("pps"), under.dpllObservations, { nameOf: stateOf }),
  "DPLL behind ptp4l": () =>
    transitionsOf(under.dpllMachine("ptp4l"), under.dpllObservations, {
      nameOf: ({ status, inSpec }) => (status.state === "HOLDOVER" && !inSpec ? "HOLDOVER_out_of_spec" : status.state),
    }),
  ts2phc: () => transitionsOf(under.ts2phcMachine, under.ts2phcObservations, { nameOf: stateOf }),
  "T-GM": () => transitionsOf(tgm, under.tgmWalks, { nameOf: stateOf, runs: 400 }),
  "T-GM clock class": () =>
    transitionsOf(tgmOfOne, under.tgmWalks, {
      nameOf: ({ clockClass }) => `class_${clockClass.value}`,
      runs: 400,
    }),
  "T-BC and T-TSC": () => transitionsOf(tbc, under.tbcWalks, { nameOf: stateOf, runs: 400 }),
  "T-BC clock class": () =>
    transitionsOf(tbcOfOne, under.tbcClassWalks, {
      nameOf: ({ clockClass }) => `class_${clockClass.value}`,
      runs: 400,
    }),
  "System clock": () =>
    transitionsOf(system.coupledMachine("status"), system.coupledObservations, { nameOf: stateOf, runs: 400 }),
  chronyd: () => transitionsOf(system.chronyMachine, system.chronyObservations, { nameOf: stateOf }),
  "NTP failover": () => transitionsOf(failoverMachine, failoverObservations, { nameOf: ({ phase }) => phase }),
  "SyncE device": () => transitionsOf(system.synceMachine, system.synceObservations, { nameOf: stateOf }),
  "Source of a high-availability profile": () =>
    transitionsOf(haMachine, haObservations, {
      nameOf: ({ healthByProfile }) => healthName(healthByProfile.get("bc1")),
    }),
  "Leap second list": () =>
    transitionsOf(leapMachine, leapObservations, { nameOf: ({ validity }) => validity.value, runs: 400 }),
  "Announced leap second": () => transitionsOf(leapMachine, leapObservations, { nameOf: announcementName, runs: 400 }),
  "The whole node": () =>
    transitionsOf(system.coupledMachine("overall"), system.coupledObservations, {
      nameOf: ({ overall }) => overall.state,
      runs: 400,
    }),
};

const diagrams = drawn();

for (const [heading, explore] of Object.entries(explored)) {
  test(`docs/state-machines.md draws "${heading}" as it is`, () => {
    assert.deepEqual([...(diagrams.get(heading) ?? [])].toSorted(), [...explore()].toSorted());
  });
}

test("docs/state-machines.md draws no machine that is not there", () => {
  assert.deepEqual([...diagrams.keys()].toSorted(), Object.keys(explored).toSorted());
});

test("stepPtpClock: keeps the laws of all machines", () => {
  keepsLaws(ptpMachine, ptpObservations);
});
