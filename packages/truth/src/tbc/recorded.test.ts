import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLogHeader, readFact } from "@ptp/ptp";
import { clockLimits } from "../clock-limits.ts";
import type { DpllOptions } from "../dpll/dpll-clock.ts";
import { holdoverParameters } from "../dpll/holdover-parameters.ts";
import { dpllFlags } from "../dpll/lock-status.ts";
import { hearDpll } from "../node/hear-parts.ts";
import { at } from "../testing/machine-laws.ts";
import { sharedGzipText, sharedMissing } from "../testing/shared-files.ts";
import { initialTbcClock, stepTbc, type TbcObservation } from "./tbc-clock.ts";
import type { TbcOptions } from "./tbc-options.ts";
import { inSyncOf } from "./upstream-ports.ts";

/** The settings of the recorded node. */
const settings = {
  LocalHoldoverTimeout: "1440",
  LocalMaxHoldoverOffSet: "150",
  MaxInSpecOffset: "100",
  inSyncConditionThreshold: "10",
  inSyncConditionTimes: "12",
};
const limits = clockLimits({});
const holdover = holdoverParameters(settings);

function dpll(interfaceName: string, source: DpllOptions["source"]): DpllOptions {
  return { interfaceName, source, flags: dpllFlags(undefined), limits, holdover };
}

const options: TbcOptions = {
  limits,
  holdover,
  inSync: inSyncOf(settings, limits),
  upstreamPorts: ["ens4f1"],
  dplls: [dpll("ens4f0", "ptp4l"), dpll("ens8f0", "pps")],
  givesTime: true,
};

/** What a line tells the clock of the receiving ptp4l; its lines also tell the time. */
function observationOf(line: string): { readonly ms?: number; readonly observation: TbcObservation } | undefined {
  const header = parseLogHeader(line);
  const fact = header && readFact(header.program, header.text);
  if (fact?.kind === "dpll-status") {
    return { observation: { kind: "dpll", interfaceName: fact.interfaceName, observation: hearDpll(fact) } };
  }
  if (header?.program !== "ptp4l" || header.configName !== "ptp4l.1.config") return undefined;
  const ms = Math.round((header.uptimeS ?? 0) * 1000);
  if (fact?.kind === "offset") return { ms, observation: { kind: "offset", offsetNs: fact.offsetNs } };
  if (fact?.kind !== "port-state" || fact.portNumber === 0) return { ms, observation: { kind: "tick" } };
  return { ms, observation: { kind: "port", interfaceName: fact.interfaceName ?? "", state: fact.to } };
}

/** Transitions of the clock: line, states, cause. */
function replay(text: string): readonly (readonly [line: number, from: string, to: string, cause: string])[] {
  let { clock } = stepTbc(initialTbcClock(at(0), options), { kind: "process-up" }, options, at(0));
  let nowMs = 0;
  return text.split("\n").flatMap((line, index) => {
    const told = observationOf(line);
    if (told === undefined) return [];
    nowMs = Math.max(nowMs, told.ms ?? 0);
    const step = stepTbc(clock, told.observation, options, at(nowMs));
    ({ clock } = step);
    return step.changes.flatMap((change) =>
      change.part === "clock" && change.kind === "state"
        ? [[index + 1, change.from, change.to, change.cause.join(" < ")] as const]
        : [],
    );
  });
}

const locked = "ens4f1 receives time, offset within thresholds";
const lost = "no upstream port receives time: ens4f1 FAULTY";

// The daemon's own transitions, by line: LOCKED 5125, HOLDOVER 6545, LOCKED 10933, HOLDOVER 11621, LOCKED 16041.
test("stepTbc: the recorded T-BC goes through the states that its daemon told, each loss at its line", (t) => {
  const text = sharedGzipText("data/daemon/logs/daemon-tbc-run2.log.gz");
  if (text === undefined) return t.skip(sharedMissing);
  const changes = replay(text);
  assert.deepEqual(
    changes.map(([, ...rest]) => rest),
    [
      ["UNKNOWN", "FREERUN", "the DPLL of ens4f0 is in holdover"],
      ["FREERUN", "LOCKED", locked],
      ["LOCKED", "HOLDOVER", lost],
      ["HOLDOVER", "LOCKED", locked],
      ["LOCKED", "HOLDOVER", lost],
      ["HOLDOVER", "LOCKED", locked],
    ],
  );
  const [, lockedAt = 0, firstLoss, backAt = 0, secondLoss, againAt = 0] = changes.map(([line]) => line);
  assert.deepEqual([firstLoss, secondLoss], [6511, 11_572], "at the line that tells of the loss");
  assert.ok(lockedAt > 3479 && lockedAt < 5125, "after the port is SLAVE, before the daemon noticed");
  assert.ok(backAt > 7924 && backAt < 10_933 && againAt > 12_974 && againAt < 16_041);
});
