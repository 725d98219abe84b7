import type {
  BestClock,
  ClockFault,
  ClockSelection,
  DomainSource,
  EecStateChange,
  ForeignTimeTransmitter,
  Lifecycle,
  LogProgram,
  NmeaStatus,
  OffsetSample,
  OffsetSummary,
  PortFault,
  PortLink,
  PortNotice,
  PortStateChange,
  QualityLevel,
  Remark,
  SourceFault,
  SourceSelection,
  Waiting,
} from "./log-observation.ts";
import type { SocketFact } from "./socket-observation.ts";

/** What a line says. */
export type LogFact =
  | PortStateChange
  | PortFault
  | PortLink
  | ForeignTimeTransmitter
  | PortNotice
  | BestClock
  | OffsetSummary
  | OffsetSample
  | NmeaStatus
  | SourceFault
  | ClockFault
  | DomainSource
  | ClockSelection
  | Waiting
  | EecStateChange
  | QualityLevel
  | SourceSelection
  | Lifecycle
  | Remark
  | SocketFact;

/** Where and when a line was written. */
export interface LogOrigin {
  readonly program: LogProgram;
  /** The program's own stamp: seconds of CLOCK_MONOTONIC; absent where its lines have none. */
  readonly uptimeS?: number;
  /** Name in the message tag, such as `ptp4l.0.config`; absent without a tag. */
  readonly configName?: string;
  /** Syslog severity in the message tag, 0 to 7; absent where linuxptp does not fill it in (before 4.0). */
  readonly severity?: number;
}

/** What a line says, and where it was written. */
export type LogObservation = LogFact & LogOrigin;
