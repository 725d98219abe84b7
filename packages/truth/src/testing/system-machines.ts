import fc from "fast-check";
import { initialOverall, stepOverall } from "../overall/overall-state.ts";
import { initialSampledClock, stepSampledClock } from "../sampled-clock.ts";
import type { SampledClock, SampledClockObservation } from "../sampled-clock.ts";
import type { SyncStatus } from "../sync-machine.ts";
import { initialSynceDevice, stepSynce } from "../synce/synce-device.ts";
import type { SynceDevice, SynceObservation, SynceOptions } from "../synce/synce-device.ts";
import { initialChronyClock, stepChrony, type ChronyClock, type ChronyObservation } from "../system/chrony-clock.ts";
import { stepCoupled } from "../system/coupled-clock.ts";
import { earliestMs } from "../fact.ts";
import type { Machine } from "./machine-laws.ts";
import { limits, offsets } from "./machines.ts";

const down = { kind: "process-down", detail: "it ended with exit status 1" } as const;
const lifecycle = [{ kind: "process-up" }, { kind: "process-up" }, down, { kind: "tick" }] as const;

/** A device whose levels have two halves. */
export const synceOptions: SynceOptions = {
  name: "synce1",
  networkOption: 2,
  extendedTlv: true,
  holdoverMs: 14_400_000,
  synce4lDowntimeMs: 5000,
};

/** SyncE devices. */
export const synceMachine: Machine<SynceDevice, SynceObservation> = {
  initial: initialSynceDevice,
  step: (device, observation, now) => {
    const { device: state, changes, nextTickMs } = stepSynce(device, observation, synceOptions, now);
    const states = changes.flatMap((change) => {
      if (change.kind !== "state") return [];
      const { from, to, at, cause } = change;
      return [{ from, to, at, cause }];
    });
    return { state, change: states[0], others: changes.filter(({ kind }) => kind !== "state"), nextTickMs };
  },
  statusOf: ({ status }) => status,
  tick: { kind: "tick" },
};

/** What synce4l and DPLLs may tell. */
export const synceObservations: fc.Arbitrary<SynceObservation> = fc.oneof(
  fc.constantFrom<SynceObservation>(...lifecycle),
  fc
    .record({
      state: fc.constantFrom("LOCKED", "LOCKED_HO_ACQ", "LOCKED", "HOLDOVER", "FREERUN", "INVALID"),
      isReading: fc.boolean(),
    })
    .map((told): SynceObservation => ({ kind: "eec-state", ...told })),
  fc.record({
    kind: fc.constant("quality-level" as const),
    interfaceName: fc.constantFrom("ens7f0", "ens7f1"),
    extended: fc.boolean(),
    qualityLevel: fc.constantFrom(1, 2, 0x20, 0xff),
  }),
);

/** chronyd. */
export const chronyMachine: Machine<ChronyClock, ChronyObservation> = {
  initial: initialChronyClock,
  step: (clock, observation, now) => {
    const { clock: state, change, nextTickMs } = stepChrony(clock, observation, limits, now);
    return { state, change, nextTickMs };
  },
  statusOf: ({ status }) => status,
  tick: { kind: "tick" },
};

/** What chronyd may tell. */
export const chronyObservations: fc.Arbitrary<ChronyObservation> = fc.constantFrom<ChronyObservation>(
  ...lifecycle,
  { kind: "selected", source: "192.0.2.1" },
  { kind: "no-source", detail: "no selectable sources" },
);

/** A system clock behind a source that has limits of its own, and the whole of both. */
export interface CoupledWorld {
  readonly own: SampledClock;
  readonly source: SampledClock;
  readonly status: SyncStatus;
  readonly overall: SyncStatus;
}

/** Which of the two clocks measured what. */
export interface CoupledObservation {
  readonly of: "own" | "source";
  readonly observation: SampledClockObservation;
}

const ownLimits = { ...limits, downtimeMs: 5000, freshnessMs: 6000 };
const sourceLimits = { ...ownLimits, holdoverMs: 30_000, downtimeMs: 2000 };

/** System clocks; `overall` shows the state of the whole instead of theirs. */
export function coupledMachine(
  shown: "status" | "overall",
  passesHoldover = true,
): Machine<CoupledWorld, CoupledObservation> {
  return {
    initial: (now) => {
      const own = initialSampledClock(now, "phc2sys");
      const status = own.status;
      return { own, source: initialSampledClock(now, "ptp4l"), status, overall: initialOverall(now) };
    },
    step: (world, { of, observation }, now) => {
      const tick = { kind: "tick" } as const;
      const own = stepSampledClock(world.own, of === "own" ? observation : tick, ownLimits, now).clock;
      const source = stepSampledClock(world.source, of === "source" ? observation : tick, sourceLimits, now).clock;
      const coupled = stepCoupled(
        world.status,
        own.status,
        { name: "ptp4l", status: source.status, passesHoldover },
        now,
      );
      const parts = [
        { name: "CLOCK_REALTIME", status: coupled.status, counts: true },
        { name: "ens1fx", status: source.status, counts: true },
      ];
      const overall = stepOverall(world.overall, parts, now);
      const deadline = ({ process, sample, status }: SampledClock) => [
        status.holdoverEndsMs,
        process.up && sample ? sample.at.monotonicMs + ownLimits.freshnessMs + 1 : undefined,
      ];
      return {
        state: { own, source, status: coupled.status, overall: overall.status },
        change: shown === "status" ? coupled.change : overall.change,
        nextTickMs: earliestMs([...deadline(own), ...deadline(source)], now),
      };
    },
    statusOf: (world) => world[shown],
    tick: { of: "own", observation: { kind: "tick" } },
  };
}

/** What phc2sys and the source may tell. */
export const coupledObservations: fc.Arbitrary<CoupledObservation> = fc.record({
  of: fc.constantFrom("own", "source"),
  observation: fc.oneof(
    fc.constantFrom<SampledClockObservation>(...lifecycle),
    fc.record({ kind: fc.constant("sample" as const), offsetNs: offsets, locked: fc.constantFrom(true, true, false) }),
    fc.constant<SampledClockObservation>({ kind: "sample", offsetNs: 3 }),
    fc.constant<SampledClockObservation>({ kind: "another-source", source: "bc2" }),
  ),
});
