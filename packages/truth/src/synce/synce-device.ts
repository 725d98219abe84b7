import type { Instant } from "@ptp/node";
import type { EecState } from "@ptp/ptp";
import { dpllFreshnessMs } from "../dpll/dpll-clock.ts";
import { earliestMs, settleFact, type Change, type Fact } from "../fact.ts";
import { initialSyncStatus, stepSync, type SyncChange, type SyncCondition, type SyncStatus } from "../sync-machine.ts";
import { noExtendedLevel, qualityName, type NetworkOption, type QualityName } from "./quality.ts";

/** One observation of a SyncE device: of synce4l's log, or of the DPLL that its EEC is part of. */
export type SynceObservation =
  | { readonly kind: "process-up" }
  | { readonly kind: "process-down"; readonly detail: string }
  | {
      readonly kind: "eec-state";
      readonly state: EecState;
      readonly externalSource?: string;
      /** A DPLL told it, as it does at least once a second; synce4l tells of changes alone. */
      readonly isReading?: boolean;
    }
  | {
      readonly kind: "quality-level";
      readonly interfaceName: string;
      readonly extended: boolean;
      readonly qualityLevel: number;
    }
  | { readonly kind: "tick" };

/** What a device is configured to be. */
export interface SynceOptions {
  readonly name: string;
  readonly networkOption: NetworkOption;
  readonly extendedTlv: boolean;
  /** How long the frequency may be held. */
  readonly holdoverMs: number;
  readonly synce4lDowntimeMs: number;
}

/** Quality levels of one port. */
export interface SyncePort {
  readonly ssm?: number;
  /** 0xff: none. */
  readonly extended?: number;
  /** The last pair that was told as a whole; absent before. */
  readonly sent?: { readonly ssm: number; readonly extended: number };
  /** Undefined until all that is configured was told. */
  readonly quality: Fact<QualityName | undefined>;
}

/** Everything known of one device. */
export interface SynceDevice {
  readonly status: SyncStatus;
  readonly process: { readonly up: boolean; readonly detail: string };
  readonly eec?: EecState;
  /** When a DPLL last told it; absent: synce4l did. */
  readonly readAt?: Instant;
  readonly externalSource?: string;
  readonly ports: ReadonlyMap<string, SyncePort>;
}

/** What a device did. */
export type SynceChange =
  | ({ readonly kind: "state" } & SyncChange)
  | ({ readonly kind: "quality"; readonly interfaceName: string } & Change<QualityName | undefined>);

/** Outcome of one step; `nextTickMs`: when time alone changes something, in monotonic milliseconds. */
export interface SynceStep {
  readonly device: SynceDevice;
  readonly changes: readonly SynceChange[];
  readonly nextTickMs?: number;
}

/** A device whose synce4l has not been seen yet. */
export function initialSynceDevice(now: Instant): SynceDevice {
  const detail = "synce4l has not started";
  return { status: initialSyncStatus(now, detail), process: { up: false, detail }, ports: new Map() };
}

/** Takes in one observation and decides the state. Pure. */
export function stepSynce(
  device: SynceDevice,
  observation: SynceObservation,
  options: SynceOptions,
  now: Instant,
): SynceStep {
  const seen = observe(device, observation, now);
  const { status, change } = stepSync(seen.status, condition(seen, options, now), options, now);
  const graded = observation.kind === "quality-level" ? grade(seen, observation, options, now) : undefined;
  const staleMs = seen.readAt && seen.readAt.monotonicMs + dpllFreshnessMs;
  const nextTickMs = earliestMs([status.holdoverEndsMs, staleMs], now);
  return {
    device: { ...seen, status, ...(graded && { ports: graded.ports }) },
    changes: [...(change ? [{ kind: "state", ...change } as const] : []), ...(graded?.changes ?? [])],
    ...(nextTickMs !== undefined && { nextTickMs }),
  };
}

function observe(device: SynceDevice, observation: SynceObservation, now: Instant): SynceDevice {
  const { status, process } = device;
  switch (observation.kind) {
    case "process-up":
      return { status, process: { up: true, detail: "" }, ports: new Map() };
    case "process-down":
      return { status, process: { up: false, detail: observation.detail }, ports: new Map() };
    case "eec-state": {
      if (!process.up) return device;
      const { state: eec, externalSource = device.externalSource } = observation;
      const { readAt: _, ...rest } = device;
      const told = { ...rest, eec, ...(externalSource !== undefined && { externalSource }) };
      return observation.isReading === true ? { ...told, readAt: now } : told;
    }
    case "quality-level":
    case "tick":
      return device;
  }
}

function condition(device: SynceDevice, options: SynceOptions, now: Instant): SyncCondition {
  const { status, process, eec, readAt, externalSource } = device;
  if (!process.up) {
    if (status.state === "UNKNOWN") return { kind: "unobserved", cause: process.detail };
    return { kind: "lost", cause: process.detail, toleranceMs: options.synce4lDowntimeMs };
  }
  if (eec === undefined) return { kind: "unobserved", cause: `the state of the EEC of ${options.name} is not known` };
  if (readAt !== undefined && now.monotonicMs - readAt.monotonicMs >= dpllFreshnessMs) return unread(status, options);
  const cause = `the EEC of ${options.name} is ${eec}`;
  switch (eec) {
    case "LOCKED":
    case "LOCKED_HO_ACQ":
      return { kind: "tracking", cause: externalSource === undefined ? cause : `${cause} on ${externalSource}` };
    case "HOLDOVER":
      return { kind: "lost", cause };
    case "FREERUN":
    case "INVALID":
      return { kind: "unreferenced", cause };
  }
}

/** As of a DPLL: silence is no holdover, it may last as long again as it took to notice. */
function unread({ state }: SyncStatus, { name }: SynceOptions): SyncCondition {
  const cause = `nothing read the EEC of ${name} for ${dpllFreshnessMs / 1000} s`;
  return state === "UNKNOWN" ? { kind: "unobserved", cause } : { kind: "lost", cause, toleranceMs: dpllFreshnessMs };
}

/** With extended levels the pair counts, and the extended level comes last: the first half alone says nothing yet. */
function grade(
  { process, ports }: SynceDevice,
  told: Extract<SynceObservation, { kind: "quality-level" }>,
  { networkOption, extendedTlv }: SynceOptions,
  now: Instant,
): { readonly ports: ReadonlyMap<string, SyncePort>; readonly changes: readonly SynceChange[] } | undefined {
  if (!process.up || (told.extended && !extendedTlv)) return undefined;
  const { interfaceName, qualityLevel } = told;
  const before = ports.get(interfaceName) ?? { quality: { value: undefined, since: now, cause: ["none was told"] } };
  const ssm = told.extended ? before.ssm : qualityLevel;
  const extended = told.extended ? qualityLevel : extendedTlv ? before.extended : noExtendedLevel;
  const isWhole = ssm !== undefined && extended !== undefined && told.extended === extendedTlv;
  const value = isWhole ? qualityName(networkOption, ssm, extended) : before.quality.value;
  const cause = [`synce4l sends QL 0x${hex(ssm)}, extended QL 0x${hex(extended)} on ${interfaceName}`];
  const { fact, change } = settleFact(before.quality, value, cause, now);
  const sent = isWhole ? { ssm, extended } : before.sent;
  const halves = { ...(ssm !== undefined && { ssm }), ...(extended !== undefined && { extended }) };
  const port = { quality: fact, ...halves, ...(sent && { sent }) };
  return {
    ports: new Map(ports).set(interfaceName, port),
    changes: change ? [{ kind: "quality", interfaceName, ...change }] : [],
  };
}

function hex(level: number | undefined): string {
  return level === undefined ? "?" : level.toString(16);
}
