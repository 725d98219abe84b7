import type { ClockReport, FollowedSource, Instant, ProcessReport } from "@ptp/node";
import { formatPortIdentity, linuxptpPortState } from "@ptp/ptp";
import type { ClockLimits } from "./clock-limits.ts";
import type { ObservedChoice } from "./ha/observed-choice.ts";
import type { LeapView } from "./leap/leap-view.ts";
import { partReports } from "./part-reports.ts";
import type { PartViews } from "./part-views.ts";
import type { PtpClock } from "./ptp-clock.ts";
import type { SampledClock } from "./sampled-clock.ts";
import type { SyncStatus } from "./sync-machine.ts";

/** A ptp4l instance's clock with what names it outside. */
export interface PtpClockView {
  readonly profile: string;
  readonly configName: string;
  /** Interfaces in configuration order: port number N is entry N-1. */
  readonly interfaces: readonly string[];
  readonly clock: PtpClock;
}

/** The system clock as one program keeps it. */
export interface SystemClockView {
  readonly program: "phc2sys" | "chronyd";
  readonly profile: string;
  readonly configName: string;
  readonly clock: SampledClock;
  readonly reading?: SystemClockReading;
  /** Of its sources whether it follows them, as far as that is known; absent: it has one, and nothing to choose. */
  readonly choice?: ObservedChoice;
  /** Of several sources the one that it follows; absent: not known, or there is no choice. */
  readonly source?: SystemSourceView;
}

/** The source that a system clock with several of them follows. */
export interface SystemSourceView {
  readonly profile: string;
  /** Interface that receives time there, or did last; empty while none is known. */
  readonly interface: string;
  readonly since: Instant;
  readonly cause: readonly string[];
}

/** The last measurement of a phc2sys. */
export interface SystemClockReading {
  /** What CLOCK_REALTIME was compared with: `phc`, `sys`, or `master` in a summary line. */
  readonly from: string;
  readonly offsetNs: number;
  readonly maxNs: number;
  readonly freqPpb: number;
  readonly delayNs: number;
}

/** The limits of a profile's clocks. */
export interface ProfileLimits extends Pick<ClockLimits, "minOffsetNs" | "maxOffsetNs" | "holdoverMs"> {
  readonly profile: string;
}

/** Everything that metrics, reports and events show of a node: one value, many readers. */
export interface NodeView extends PartViews {
  readonly nodeName: string;
  readonly ptpClocks: readonly PtpClockView[];
  readonly systemClocks: readonly SystemClockView[];
  /** The node as a whole; absent: it has no clock. */
  readonly overall?: SyncStatus;
  readonly processes: readonly ProcessReport[];
  /** Metric alias by interface name; an interface that is not listed stands for itself. */
  readonly aliasByInterface: Readonly<Record<string, string>>;
  /** Lines that no form of their program's grammar fits, by program; absent: none. */
  readonly parseMisses?: ReadonlyMap<string, number>;
  /** Of the profiles that have clocks; absent: none has. */
  readonly limits?: readonly ProfileLimits[];
  /** What its programs know of leap seconds; absent: none of them asks. */
  readonly leap?: LeapView;
}

/** The clocks of a node as its operator is told of them. */
export function clockReports(view: NodeView): ClockReport[] {
  const systemClocks = view.systemClocks.map(systemClockReport);
  return [...view.ptpClocks.map(ptpClockReport), ...partReports(view), ...systemClocks];
}

function ptpClockReport({ profile, configName, interfaces, clock }: PtpClockView): ClockReport {
  const { status, sample, parentDataSet: parent } = clock;
  const clockClass = announcedClass(clock);
  return {
    profile,
    process: "ptp4l",
    configName,
    state: status.state,
    sinceUnixMs: status.since.unixMs,
    cause: status.cause,
    ...(clockClass !== undefined && { clockClass }),
    ...(sample && { offsetNs: sample.offsetNs }),
    ...(parent && {
      parentPortIdentity: formatPortIdentity(parent.parentPortIdentity),
      grandmasterIdentity: parent.grandmasterIdentity,
    }),
    ports: [...clock.ports]
      .sort(([a], [b]) => a - b)
      .map(([number, port]) => ({
        number,
        name: port.interfaceName || (interfaces[number - 1] ?? ""),
        state: linuxptpPortState(port.state),
      })),
  };
}

function systemClockReport({ program, profile, configName, clock, reading, source }: SystemClockView): ClockReport {
  return {
    profile,
    process: program,
    configName,
    state: clock.status.state,
    sinceUnixMs: clock.status.since.unixMs,
    cause: clock.status.cause,
    ...(reading && { offsetNs: reading.offsetNs }),
    ports: [],
    ...(source && { source: sourceReport(source) }),
  };
}

function sourceReport({ since, ...source }: SystemSourceView): FollowedSource {
  return { ...source, sinceUnixMs: since.unixMs };
}

/**
 * The class a clock stands for: its own where it never gives time (255), else that of the grandmaster it follows, which
 * is its own while it follows nobody. Until its data sets are known what a line told, or undefined.
 */
export function announcedClass({ defaultDataSet, parentDataSet, heardClass }: PtpClock): number | undefined {
  if (defaultDataSet === undefined) return heardClass;
  return defaultDataSet.timeReceiverOnly ? defaultDataSet.clockClass : parentDataSet?.grandmasterClockClass;
}
