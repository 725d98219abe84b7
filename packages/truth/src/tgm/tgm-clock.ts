import type { Instant } from "@ptp/node";
import type { ClockAccuracy } from "@ptp/ptp";
import { dpllOffsetNs, initialDpllClock, stepDpll } from "../dpll/dpll-clock.ts";
import type { DpllClock, DpllObservation, DpllOptions } from "../dpll/dpll-clock.ts";
import { assumedOffsetNs, inSpecMs, type HoldoverParameters } from "../dpll/holdover-parameters.ts";
import { earliestMs, settleFact, type Change, type Fact } from "../fact.ts";
import { gnssFreshnessMs, initialGnssReceiver, stepGnss } from "../gnss/gnss-receiver.ts";
import type { GnssChange, GnssObservation, GnssReceiver } from "../gnss/gnss-receiver.ts";
import { initialSyncStatus, stepSync, type SyncChange, type SyncStatus } from "../sync-machine.ts";
import type { ClockLimits } from "../clock-limits.ts";
import { tgmAccuracy, tgmClass, type TgmClass } from "./tgm-class.ts";
import { tgmCondition } from "./tgm-condition.ts";
import {
  initialTs2phcClock,
  stepTs2phc,
  ts2phcDeadlineMs,
  type Ts2phcClock,
  type Ts2phcObservation,
} from "./ts2phc-clock.ts";

/** One observation of a T-GM, of the part it came from. */
export type TgmObservation =
  | { readonly part: "gnss"; readonly observation: GnssObservation }
  | { readonly part: "dpll"; readonly interfaceName: string; readonly observation: DpllObservation }
  | { readonly part: "ts2phc"; readonly observation: Ts2phcObservation }
  | { readonly part: "tick" };

/** What a T-GM is configured to be. */
export interface TgmOptions {
  readonly limits: ClockLimits;
  readonly holdover: HoldoverParameters;
  /** Its DPLLs, the leading one with source `gnss`. */
  readonly dplls: readonly DpllOptions[];
  /** How many clocks its ts2phc steers; default 1. */
  readonly sinks?: number;
}

/** Everything known of one T-GM. */
export interface TgmClock {
  readonly status: SyncStatus;
  readonly clockClass: Fact<TgmClass>;
  readonly clockAccuracy: ClockAccuracy;
  readonly gnss: GnssReceiver;
  /** By interface; one per entry of the options. */
  readonly dplls: ReadonlyMap<string, DpllClock>;
  readonly ts2phc: Ts2phcClock;
}

/** What a T-GM or a part of it did. */
export type TgmChange =
  | ({ readonly part: "gnss" } & GnssChange)
  | ({ readonly part: "dpll"; readonly interfaceName: string; readonly kind: "state" } & SyncChange)
  | ({ readonly part: "ts2phc"; readonly kind: "state" } & SyncChange)
  | ({ readonly part: "clock"; readonly kind: "state" } & SyncChange)
  | ({ readonly part: "clock"; readonly kind: "clock-class" } & Change<TgmClass>);

/** Outcome of one step; `nextTickMs`: when time alone changes something, in monotonic milliseconds. */
export interface TgmStep {
  readonly clock: TgmClock;
  readonly changes: readonly TgmChange[];
  readonly nextTickMs?: number;
}

/** A T-GM of which nothing was observed yet. It announces 248: a ptp4l that has just started may announce anything. */
export function initialTgmClock(now: Instant, options: Pick<TgmOptions, "dplls">): TgmClock {
  const cause = "nothing of the grandmaster was observed yet";
  return {
    status: initialSyncStatus(now, cause),
    clockClass: { value: 248, since: now, cause: [cause] },
    clockAccuracy: tgmAccuracy(248, undefined),
    gnss: initialGnssReceiver(now),
    dplls: new Map(options.dplls.map(({ interfaceName: name }) => [name, initialDpllClock(now, name)])),
    ts2phc: initialTs2phcClock(now),
  };
}

/** Takes in one observation and decides the states of the clock and of its parts. Pure. */
export function stepTgm(clock: TgmClock, observation: TgmObservation, options: TgmOptions, now: Instant): TgmStep {
  const parts = stepParts(clock, observation, options, now);
  const times = { graceMs: graceMs(parts.clock, options), inSpecMs: inSpecMs(options.holdover) };
  const condition = tgmCondition(
    { gnss: parts.clock.gnss.status, ts2phc: parts.clock.ts2phc.status, dplls: dpllParts(parts.clock, options) },
    clock.status,
    times,
    now,
  );
  const sync = stepSync(clock.status, condition, { holdoverMs: times.inSpecMs }, now);
  const decided = quality({ ...parts.clock, status: sync.status }, options, now);
  const graceEndsMs =
    sync.status.state === "LOCKED" && parts.clock.gnss.status.state !== "LOCKED"
      ? parts.clock.gnss.status.since.monotonicMs + times.graceMs
      : undefined;
  const nextTickMs = earliestMs([sync.status.holdoverEndsMs, graceEndsMs, parts.nextTickMs], now);
  return {
    clock: decided.clock,
    changes: [
      ...parts.changes,
      ...(sync.change ? [{ part: "clock", kind: "state", ...sync.change } as const] : []),
      ...(decided.change ? [{ part: "clock", kind: "clock-class", ...decided.change } as const] : []),
    ],
    ...(nextTickMs !== undefined && { nextTickMs }),
  };
}

/** Every part is told the time at every step, so that none of them is ever older than the clock they make. */
function stepParts(clock: TgmClock, observation: TgmObservation, options: TgmOptions, now: Instant): TgmStep {
  const tick = { kind: "tick" } as const;
  const gnss = stepGnss(clock.gnss, observation.part === "gnss" ? observation.observation : tick, options.limits, now);
  const ts2phc = stepTs2phc(
    clock.ts2phc,
    observation.part === "ts2phc" ? observation.observation : tick,
    { ...options.limits, holdover: options.holdover, sinks: options.sinks ?? 1 },
    now,
  );
  const dplls = options.dplls.map((dpll) => {
    const name = dpll.interfaceName;
    const isMeant = observation.part === "dpll" && observation.interfaceName === name;
    const before = clock.dplls.get(name) ?? initialDpllClock(now, name);
    return { name, ...stepDpll(before, isMeant ? observation.observation : tick, dpll, now) };
  });
  const nextTickMs = earliestMs(
    [gnss.nextTickMs, ts2phcDeadlineMs(ts2phc.clock), ...dplls.map((dpll) => dpll.nextTickMs)],
    now,
  );
  return {
    clock: {
      ...clock,
      gnss: gnss.receiver,
      ts2phc: ts2phc.clock,
      dplls: new Map(dplls.map(({ name, clock: dpll }) => [name, dpll])),
    },
    changes: [
      ...gnss.changes.map((change) => ({ part: "gnss", ...change }) as const),
      ...dplls.flatMap(({ name, change }) =>
        change ? [{ part: "dpll", interfaceName: name, kind: "state", ...change } as const] : [],
      ),
      ...(ts2phc.change ? [{ part: "ts2phc", kind: "state", ...ts2phc.change } as const] : []),
    ],
    ...(nextTickMs !== undefined && { nextTickMs }),
  };
}

/** How long LOCKED may go on without GNSS: time for its programs to come back, or for the DPLL to notice. */
function graceMs({ gnss }: TgmClock, { limits }: TgmOptions): number {
  return gnss.process.up ? Math.min(limits.holdoverMs, gnssFreshnessMs) : limits.gpsdDowntimeMs;
}

function dpllParts({ dplls }: TgmClock, options: TgmOptions) {
  return options.dplls.flatMap(({ interfaceName, source }) => {
    const dpll = dplls.get(interfaceName);
    return dpll === undefined ? [] : [{ interfaceName, leading: source === "gnss", status: dpll.status }];
  });
}

function quality(
  clock: TgmClock,
  options: TgmOptions,
  now: Instant,
): { readonly clock: TgmClock; readonly change?: Change<TgmClass> } {
  const { state, cause, since } = clock.status;
  const clockClass = tgmClass(state);
  const stepped = settleFact(clock.clockClass, clockClass, cause, now);
  const held =
    state === "HOLDOVER" ? assumedOffsetNs(options.holdover, now.monotonicMs - since.monotonicMs) : undefined;
  const clockAccuracy = tgmAccuracy(clockClass, held ?? leadingOffsetNs(clock, options, now));
  return {
    clock: { ...clock, clockAccuracy, clockClass: stepped.fact },
    ...(stepped.change && { change: stepped.change }),
  };
}

function leadingOffsetNs({ dplls }: TgmClock, options: TgmOptions, now: Instant): number | undefined {
  const leading = options.dplls.find(({ source }) => source === "gnss");
  const dpll = leading && dplls.get(leading.interfaceName);
  return leading && dpll && dpllOffsetNs(dpll, leading, now);
}
