import type { DpllLockStatus } from "./dpll/lock-status.ts";
import type { Fact } from "./fact.ts";
import type { GnssFix, GnssReceiverState } from "./gnss/gnss-receiver.ts";
import type { SyncStatus } from "./sync-machine.ts";
import type { NetworkOption, QualityName } from "./synce/quality.ts";

/** What every clock that is no ptp4l's or phc2sys' shows. */
interface NamedClock {
  readonly profile: string;
  readonly configName: string;
  /** Alias of its interface. */
  readonly iface: string;
  readonly status: SyncStatus;
}

/** A telecom clock as a whole; `configName`: that of its ts2phc, `iface`: of the leading one. */
export interface TelecomClockView extends NamedClock {
  /** Value of the `process` label. */
  readonly process: "T-BC" | "GM";
  /** Profiles whose ptp4l are parts of it: its own, and those that give its time on. */
  readonly partProfiles: readonly string[];
  /** The class it stands for. */
  readonly clockClass: Fact<number>;
  /** Measured or, in holdover, assumed; absent: not known. */
  readonly offsetNs?: number;
}

/** A clock that ts2phc steers. */
export interface Ts2phcView extends NamedClock {
  /** Absent: not measured since ts2phc started. */
  readonly reading?: { readonly offsetNs: number; readonly freqPpb: number };
  /** Of one that GNSS feeds: NMEA sentences give the time of day. Absent: nothing was told of it. */
  readonly hasTimeOfDay?: boolean;
}

/** The DPLL of a NIC; what it has not told is absent. */
export interface DpllView extends NamedClock {
  readonly eec?: DpllLockStatus;
  readonly pps?: DpllLockStatus;
  readonly followsPulse?: boolean;
  /** Measured or, in holdover, assumed. */
  readonly offsetNs?: number;
}

/** A GNSS receiver; what it does not tell now is absent. */
export interface ReceiverView extends NamedClock {
  readonly state: Fact<GnssReceiverState>;
  readonly fix?: GnssFix;
  readonly timeAccuracyNs?: number;
}

/** A SyncE device. */
export interface SynceView extends Omit<NamedClock, "iface"> {
  /** Name of its section, such as `synce1`. */
  readonly device: string;
  readonly networkOption: NetworkOption;
  readonly ports: readonly SyncePortView[];
}

/** An interface of a SyncE device; what it sends is absent until it was told as a whole. */
export interface SyncePortView {
  readonly interfaceName: string;
  readonly sent?: { readonly ssm: number; readonly extended: number };
  readonly quality?: Fact<QualityName | undefined>;
}

/** What a view shows of machines beside the clocks of ptp4l and phc2sys; absent: none. */
export interface PartViews {
  /** Clocks that several programs and their hardware make up together. */
  readonly telecomClocks?: readonly TelecomClockView[];
  readonly ts2phcClocks?: readonly Ts2phcView[];
  readonly dplls?: readonly DpllView[];
  readonly receivers?: readonly ReceiverView[];
  readonly synceDevices?: readonly SynceView[];
}
