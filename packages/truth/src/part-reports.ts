import type { ClockReport } from "@ptp/node";
import { partProfiles } from "./part-event-values.ts";
import type { PartViews, TelecomClockView, Ts2phcView } from "./part-views.ts";
import { worstOf } from "./sync-state.ts";

/** Telecom clocks, and each ts2phc that is no part of one by the worst of the clocks it steers. */
export function partReports({ telecomClocks = [], ts2phcClocks = [] }: PartViews): ClockReport[] {
  const parts = partProfiles({ telecomClocks });
  const alone = Map.groupBy(
    ts2phcClocks.filter(({ profile }) => !parts.has(profile)),
    ({ configName }) => configName,
  );
  return [...telecomClocks.map(telecomReport), ...[...alone.values()].flatMap(ts2phcReport)];
}

function telecomReport({ process, clockClass, offsetNs, ...clock }: TelecomClockView): ClockReport {
  const measured = offsetNs === undefined ? {} : { offsetNs };
  return { ...reportOf(clock), process, clockClass: clockClass.value, ...measured };
}

function ts2phcReport(clocks: readonly Ts2phcView[]): ClockReport[] {
  const worst = worstOf(clocks.map(({ status }) => status.state));
  const clock = clocks.find(({ status }) => status.state === worst);
  if (clock === undefined) return [];
  const measured = clock.reading === undefined ? {} : { offsetNs: clock.reading.offsetNs };
  return [{ ...reportOf(clock), process: "ts2phc", ...measured }];
}

function reportOf({ profile, configName, status }: Pick<Ts2phcView, "profile" | "configName" | "status">) {
  const { state, since, cause } = status;
  return { profile, configName, state, sinceUnixMs: since.unixMs, cause, ports: [] };
}
