import fc from "fast-check";
import { portStates } from "@ptp/ptp";
import { ptpClockDeadlineMs } from "../clock-deadlines.ts";
import { initialPtpClock, stepPtpClock, type PtpClock, type PtpClockObservation } from "../ptp-clock.ts";
import type { Machine } from "./machine-laws.ts";
import { limits, offsets } from "./machines.ts";

/** Ordinary and boundary clocks and dual followers: one ptp4l each. */
export const ptpMachine: Machine<PtpClock, PtpClockObservation> = {
  initial: initialPtpClock,
  step: (clock, observation, now) => {
    const { clock: state, change } = stepPtpClock(clock, observation, limits, now);
    return { state, change, nextTickMs: ptpClockDeadlineMs(state, now) };
  },
  statusOf: ({ status }) => status,
  tick: { kind: "tick" },
};

/** What a ptp4l of two ports may tell, mostly good news. */
export const ptpObservations: fc.Arbitrary<PtpClockObservation> = fc.oneof(
  fc.constantFrom<PtpClockObservation>(
    { kind: "process-up" },
    { kind: "process-up" },
    { kind: "process-down", detail: "it ended with exit status 1" },
    { kind: "silent", detail: "ptp4l has not answered for 3 s" },
    { kind: "tick" },
  ),
  fc.record({
    kind: fc.constant("port" as const),
    number: fc.constantFrom(1, 2),
    state: fc.constantFrom("TIME_RECEIVER", "TIME_RECEIVER", ...portStates),
    logSyncInterval: fc.constantFrom(-4, 0),
  }),
  fc.record({
    kind: fc.constant("time-status" as const),
    offsetNs: offsets,
    ingressTimeNs: fc.bigInt({ min: 0n, max: 1_000_000n }),
  }),
);
