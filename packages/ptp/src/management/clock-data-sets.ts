import type { ClockIdentity } from "../clock/clock-identity.ts";
import type { ClockQuality } from "../clock/clock-quality.ts";
import type { PortIdentity } from "../clock/port-identity.ts";
import type { TimeProperties } from "../clock/time-properties.ts";
import { fixedDataSet } from "./data-set.ts";
import { bit, clockIdentity, flag32, int16, int32, int64, nanoseconds } from "./field.ts";
import { portIdentity, scaledNs, timeInterval, uint16, uint8 } from "./field.ts";

/** What a clock is (defaultDS, IEEE 1588-2019 clause 8.2.1). */
export interface DefaultDataSet extends ClockQuality {
  readonly twoStep: boolean;
  /** The clock never gives time (`clientOnly`). */
  readonly timeReceiverOnly: boolean;
  /** PTP ports; the management socket is none. */
  readonly numberPorts: number;
  readonly priority1: number;
  readonly priority2: number;
  readonly clockIdentity: ClockIdentity;
  readonly domainNumber: number;
}

/** Layout of DEFAULT_DATA_SET. */
export const defaultDataSet = fixedDataSet<DefaultDataSet>(20, {
  twoStep: bit(0, 0),
  timeReceiverOnly: bit(0, 1),
  numberPorts: uint16(2),
  priority1: uint8(4),
  clockClass: uint8(5),
  clockAccuracy: uint8(6),
  offsetScaledLogVariance: uint16(7),
  priority2: uint8(9),
  clockIdentity: clockIdentity(10),
  domainNumber: uint8(18),
});

/** Where a clock stands now (currentDS, clause 8.2.2). */
export interface CurrentDataSet {
  /** Paths between this clock and the grandmaster; 0 on the grandmaster. */
  readonly stepsRemoved: number;
  /** Own clock minus time transmitter. */
  readonly offsetNs: number;
  readonly meanPathDelayNs: number;
}

/** Layout of CURRENT_DATA_SET. */
export const currentDataSet = fixedDataSet<CurrentDataSet>(18, {
  stepsRemoved: uint16(0),
  offsetNs: timeInterval(2),
  meanPathDelayNs: timeInterval(10),
});

/** Whom a clock follows (parentDS, clause 8.2.3). A clock that follows nobody names itself with port number 0. */
export interface ParentDataSet {
  readonly parentPortIdentity: PortIdentity;
  /** Whether the two observed values are measured. */
  readonly parentStats: boolean;
  readonly observedParentOffsetScaledLogVariance: number;
  readonly observedParentClockPhaseChangeRate: number;
  readonly grandmasterPriority1: number;
  readonly grandmasterClockClass: number;
  readonly grandmasterClockAccuracy: number;
  readonly grandmasterOffsetScaledLogVariance: number;
  readonly grandmasterPriority2: number;
  readonly grandmasterIdentity: ClockIdentity;
}

/** Layout of PARENT_DATA_SET. */
export const parentDataSet = fixedDataSet<ParentDataSet>(32, {
  parentPortIdentity: portIdentity(0),
  parentStats: bit(10, 0),
  observedParentOffsetScaledLogVariance: uint16(12),
  observedParentClockPhaseChangeRate: int32(14),
  grandmasterPriority1: uint8(18),
  grandmasterClockClass: uint8(19),
  grandmasterClockAccuracy: uint8(20),
  grandmasterOffsetScaledLogVariance: uint16(21),
  grandmasterPriority2: uint8(23),
  grandmasterIdentity: clockIdentity(24),
});

/** Layout of the four bytes of time properties that start at `at`. */
const timePropertiesAt = (at: number) => ({
  currentUtcOffsetS: int16(at),
  leap61: bit(at + 2, 0),
  leap59: bit(at + 2, 1),
  currentUtcOffsetValid: bit(at + 2, 2),
  ptpTimescale: bit(at + 2, 3),
  timeTraceable: bit(at + 2, 4),
  frequencyTraceable: bit(at + 2, 5),
  synchronizationUncertain: bit(at + 2, 6),
  timeSource: uint8(at + 3),
});

/** Layout of TIME_PROPERTIES_DATA_SET (clause 8.2.4). */
export const timePropertiesDataSet = fixedDataSet<TimeProperties>(4, timePropertiesAt(0));

/** linuxptp's GRANDMASTER_SETTINGS_NP: what this clock announces while it is the grandmaster. */
export interface GrandmasterSettings extends ClockQuality, TimeProperties {}

/** Layout of GRANDMASTER_SETTINGS_NP. */
export const grandmasterSettings = fixedDataSet<GrandmasterSettings>(8, {
  clockClass: uint8(0),
  clockAccuracy: uint8(1),
  offsetScaledLogVariance: uint16(2),
  ...timePropertiesAt(4),
});

/**
 * linuxptp's EXTERNAL_GRANDMASTER_PROPERTIES_NP (after 4.4): whose time this clock passes on that has no port to receive it.
 */
export interface ExternalGrandmaster {
  readonly grandmasterIdentity: ClockIdentity;
  /** Paths between that grandmaster and this clock. */
  readonly stepsRemoved: number;
}

/** Layout of EXTERNAL_GRANDMASTER_PROPERTIES_NP. */
export const externalGrandmaster = fixedDataSet<ExternalGrandmaster>(10, {
  grandmasterIdentity: clockIdentity(0),
  stepsRemoved: uint16(8),
});

/** linuxptp's TIME_STATUS_NP: the last measured offset and the grandmaster. */
export interface TimeStatus {
  /** Own clock minus time transmitter, of the last Sync. */
  readonly offsetNs: number;
  /** When that Sync came in, in nanoseconds of the own clock; 0 before the first. */
  readonly ingressTimeNs: bigint;
  /** Rate ratio to the grandmaster minus one, in units of 2^-41. */
  readonly cumulativeScaledRateOffset: number;
  readonly scaledLastGmPhaseChange: number;
  readonly gmTimeBaseIndicator: number;
  /** Last phase change of the grandmaster in units of 2^-16 ns. */
  readonly lastGmPhaseChangeScaledNs: bigint;
  /** Whether another clock is the grandmaster. */
  readonly gmPresent: boolean;
  readonly grandmasterIdentity: ClockIdentity;
}

/** Layout of TIME_STATUS_NP. */
export const timeStatus = fixedDataSet<TimeStatus>(50, {
  offsetNs: nanoseconds(0),
  ingressTimeNs: int64(8),
  cumulativeScaledRateOffset: int32(16),
  scaledLastGmPhaseChange: int32(20),
  gmTimeBaseIndicator: uint16(24),
  lastGmPhaseChangeScaledNs: scaledNs(26),
  gmPresent: flag32(38),
  grandmasterIdentity: clockIdentity(42),
});

/**
 * linuxptp's SUBSCRIBE_EVENTS_NP: which changes a client is told of without asking. ptp4l stands still while it cannot hand
 * one over, so subscribe to what is rare only, for a short time, renewed. 3.1.1 tells of port states alone.
 */
export interface EventSubscription {
  /** How long, in seconds from now, 0 to 65535; 0 ends it. Renew in time. */
  readonly durationS: number;
  /** A port changes state: PORT_DATA_SET. */
  readonly portState: boolean;
  /** A Sync was used: TIME_STATUS_NP. */
  readonly timeSync: boolean;
  /** The parent changes: PARENT_DATA_SET. */
  readonly parentDataSet: boolean;
  /** The common mean link delay changes (linuxptp 4.3 and later). */
  readonly cmlds: boolean;
}

/** Layout of SUBSCRIBE_EVENTS_NP: a duration and 512 bits. */
export const eventSubscription = fixedDataSet<EventSubscription>(66, {
  durationS: uint16(0),
  portState: bit(2, 0),
  timeSync: bit(2, 1),
  parentDataSet: bit(2, 2),
  cmlds: bit(2, 3),
});
