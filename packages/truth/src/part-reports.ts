import type { ClockReport } from "@ptp/node";
import { partProfiles } from "./part-event-values.ts";
import type { PartViews, SynceView, TelecomClockView, Ts2phcView } from "./part-views.ts";
import { worstOf } from "./sync-state.ts";

/**
 * Telecom clocks, each ts2phc that is no part of one by the worst of the clocks it steers, and each synce4l by the worst of its
 * devices.
 */
export function partReports({ telecomClocks = [], ts2phcClocks = [], synceDevices = [] }: PartViews): ClockReport[] {
  const parts = partProfiles({ telecomClocks });
  const alone = Map.groupBy(
    ts2phcClocks.filter(({ profile }) => !parts.has(profile)),
    ({ configName }) => configName,
  );
  const bySynce4l = Map.groupBy(synceDevices, ({ configName }) => configName);
  return [
    ...telecomClocks.map(telecomReport),
    ...[...alone.values()].flatMap(ts2phcReport),
    ...[...bySynce4l.values()].flatMap(synceReport),
  ];
}

function telecomReport({ process, clockClass, offsetNs, ...clock }: TelecomClockView): ClockReport {
  const measured = offsetNs === undefined ? {} : { offsetNs };
  return { ...reportOf(clock), process, clockClass: clockClass.value, ...measured };
}

function ts2phcReport(clocks: readonly Ts2phcView[]): ClockReport[] {
  const clock = worst(clocks);
  if (clock === undefined) return [];
  const measured = clock.reading === undefined ? {} : { offsetNs: clock.reading.offsetNs };
  return [{ ...reportOf(clock), process: "ts2phc", ...measured }];
}

function synceReport(devices: readonly SynceView[]): ClockReport[] {
  const device = worst(devices);
  return device === undefined ? [] : [{ ...reportOf(device), process: "synce4l" }];
}

/** The first of those that are in the worst state there is among them. */
function worst<T extends Pick<SynceView, "status">>(clocks: readonly T[]): T | undefined {
  const state = worstOf(clocks.map(({ status }) => status.state));
  return clocks.find(({ status }) => status.state === state);
}

function reportOf({ profile, configName, status }: Pick<Ts2phcView, "profile" | "configName" | "status">) {
  const { state, since, cause } = status;
  return { profile, configName, state, sinceUnixMs: since.unixMs, cause, ports: [] };
}
