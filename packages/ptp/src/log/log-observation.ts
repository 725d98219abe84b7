import type { ClockIdentity } from "../clock/clock-identity.ts";
import type { PortIdentity } from "../clock/port-identity.ts";
import type { PortState } from "../clock/port-state.ts";

/** Programs whose log lines we understand. */
export type LogProgram = "ptp4l" | "phc2sys" | "ts2phc" | "synce4l" | "chronyd";

/** Servo state as linuxptp prints it: unlocked, jump (step), locked, locked and stable. */
export type ServoState = "s0" | "s1" | "s2" | "s3";

interface OfPort {
  /** Counted from 1 in the order of the configuration; 0 is a management socket and of no interest. */
  readonly portNumber: number;
  /** Absent before linuxptp 4.0 and for port 0. */
  readonly interfaceName?: string;
}

/** A port changed its state. */
export interface PortStateChange extends OfPort {
  readonly kind: "port-state";
  readonly from: PortState;
  readonly to: PortState;
  /** What caused it, quoted from linuxptp: `RS_SLAVE`, `ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES`, …; absent if not told. */
  readonly event?: string;
  /** Kind of fault, such as `FT_UNSPECIFIED`. */
  readonly fault?: string;
}

/** What can go wrong at a port. */
export type PortFaultName =
  | "fault-detected"
  | "synchronization-fault"
  | "send-failed"
  | "socket-error"
  | "missing-timestamp"
  | "quality-above-configured"
  | "role-conflict";

/** Something went wrong at a port, its state aside. */
export interface PortFault extends OfPort {
  readonly kind: "port-fault";
  readonly fault: PortFaultName;
}

/** The link of a port went up or down. */
export interface PortLink extends OfPort {
  readonly kind: "port-link";
  readonly up: boolean;
}

/** A port hears a time transmitter it did not know. */
export interface ForeignTimeTransmitter extends OfPort {
  readonly kind: "foreign-time-transmitter";
  readonly transmitter: PortIdentity;
}

/** Any other news of a port. */
export interface PortNotice extends OfPort {
  readonly kind: "port-notice";
  readonly text: string;
}

/** The best time transmitter was chosen. */
export interface BestClock {
  readonly kind: "best-clock";
  readonly clockIdentity: ClockIdentity;
  /** The clock chose itself: it is the grandmaster now, or hears nobody. */
  readonly local: boolean;
}

/** Statistics over a summary interval. */
export interface OffsetSummary {
  readonly kind: "offset-summary";
  /** The clock being adjusted (`CLOCK_REALTIME`, an interface); absent if the program has one only. */
  readonly clock?: string;
  readonly rmsNs: number;
  /** Largest absolute offset. */
  readonly maxNs: number;
  readonly freqPpb: number;
  readonly freqDeviationPpb: number;
  /** Absent if no delay was measured. */
  readonly delayNs?: number;
  readonly delayDeviationNs?: number;
}

/** One measured offset. */
export interface OffsetSample {
  readonly kind: "offset";
  /** The clock being adjusted: `CLOCK_REALTIME`, `/dev/ptp0`, an interface; absent if the program has one only. */
  readonly clock?: string;
  /** What it was compared with: another clock over the network, a PHC, the system clock, a pulse. */
  readonly reference: "time-transmitter" | "phc" | "sys" | "pps";
  /** Own clock minus reference. */
  readonly offsetNs: number;
  /** Absent if not told. */
  readonly servo?: ServoState;
  readonly freqPpb: number;
  readonly delayNs?: number;
  /** ts2phc 4.4: the pulse is lost and the last frequency is held. */
  readonly holdover: boolean;
}

/** State of the NMEA source of a clock. */
export interface NmeaStatus {
  readonly kind: "nmea-status";
  readonly clock: string;
  readonly available: boolean;
  readonly offsetNs: number;
  readonly servo: ServoState;
}

/** Why ts2phc has no time of day. */
export type SourceFaultName =
  | "timestamp-invalid"
  /** Of several clocks none is known to have the time. */
  | "no-reference"
  | "no-fix"
  | "sentence-stale"
  | "leap-table-expired"
  | "leap-table-unusable"
  /** In a leap second, or right beside one. */
  | "leap-second"
  | "source-silent"
  | "source-unreachable";

/** ts2phc has no usable time of day at this pulse. */
export interface SourceFault {
  readonly kind: "source-fault";
  readonly fault: SourceFaultName;
}

/** What can go wrong at a clock. */
export type ClockFaultName =
  | "tx-timestamp-timeout"
  | "tx-timestamp-failed"
  | "clock-adjustment-failed"
  | "clockcheck"
  | "arbitrary-timescale"
  | "utc-offset-unknown";

/** Something went wrong at a clock, no port named. */
export interface ClockFault {
  readonly kind: "clock-fault";
  readonly fault: ClockFaultName;
}

/** phc2sys with several domains took this clock as a source, of the chosen domain or of another. */
export interface DomainSource {
  readonly kind: "domain-source";
  readonly clock: string;
  readonly inDomain: boolean;
}

/** phc2sys or ts2phc started or ended to discipline this clock. */
export interface ClockSelection {
  readonly kind: "clock-selection";
  readonly clock: string;
  readonly selected: boolean;
}

/** A program has to wait before it can do its work. */
export interface Waiting {
  readonly kind: "waiting";
  readonly waitsFor: "ptp4l" | "source-clock";
}

/** SyncE equipment clock states. */
export type EecState = "FREERUN" | "INVALID" | "LOCKED" | "LOCKED_HO_ACQ" | "HOLDOVER";

/** State of a SyncE equipment clock, of a device or as seen by one interface. */
export interface EecStateChange {
  readonly kind: "eec-state";
  readonly state: EecState;
  /** Name of the device section, such as `synce1`. */
  readonly device?: string;
  readonly interfaceName?: string;
  /** The external source it follows, such as `GNSS`. */
  readonly externalSource?: string;
}

/** Quality level sent on an interface: the SSM code, or the enhanced code. */
export interface QualityLevel {
  readonly kind: "quality-level";
  readonly interfaceName: string;
  readonly extended: boolean;
  readonly qualityLevel: number;
}

/** chronyd chose a time source, or has none that it may choose. */
export interface SourceSelection {
  readonly kind: "source-selection";
  /** Address or name of the source; absent: none can be selected. */
  readonly source?: string;
}

/** A program says that it begins or ends. */
export interface Lifecycle {
  readonly kind: "lifecycle";
  readonly phase: "starting" | "exiting";
}

/** A line that is known and says nothing of any state. */
export interface Remark {
  readonly kind: "remark";
}
