import type { ProgramName } from "@ptp/node";
import { parseLine, type LogObservation, type LogProgram } from "@ptp/ptp";
import type { SampledClockObservation, ServoReading, SystemClockReading } from "@ptp/truth";

const programsWithGrammar: ReadonlySet<string> = new Set<LogProgram>(["ptp4l", "phc2sys", "ts2phc", "synce4l"]);

/** Whether the line shows that its program works: any line of a program without a grammar does. */
export function understands(program: ProgramName, line: string): boolean {
  return hasGrammar(program) ? parseLine(program, line) !== undefined : true;
}

function hasGrammar(program: ProgramName): program is LogProgram {
  return programsWithGrammar.has(program);
}

/** What one line says, in the terms of those who use it. */
export interface LineReading {
  /** A port or its parent changed: management knows more. */
  readonly wakes: boolean;
  /** Offset for those who wait for one, signed where the line is. */
  readonly offsetNs?: number;
  readonly servo?: ServoReading;
}

/** Reads a line of ptp4l. */
export function readPtp4lLine(line: string): LineReading | undefined {
  const seen = parseLine("ptp4l", line);
  if (seen === undefined) return undefined;
  if (seen.kind === "offset") {
    return { wakes: false, offsetNs: seen.offsetNs, servo: { maxNs: Math.abs(seen.offsetNs), freqPpb: seen.freqPpb } };
  }
  if (seen.kind === "offset-summary") {
    return { wakes: false, offsetNs: seen.maxNs, servo: { maxNs: seen.maxNs, freqPpb: seen.freqPpb } };
  }
  return { wakes: seen.kind === "port-state" || seen.kind === "best-clock" || seen.kind === "port-link" };
}

/** A measurement of the system clock by phc2sys, for its state machine and for metrics. */
export interface SystemClockMeasurement {
  readonly observation: SampledClockObservation;
  readonly reading: SystemClockReading;
}

/** Reads a line of phc2sys; undefined unless it measures CLOCK_REALTIME. */
export function readPhc2sysLine(line: string): SystemClockMeasurement | undefined {
  const seen = parseLine("phc2sys", line);
  if (seen === undefined || !("clock" in seen) || seen.clock !== "CLOCK_REALTIME") return undefined;
  return measurementOf(seen);
}

function measurementOf(seen: LogObservation): SystemClockMeasurement | undefined {
  if (seen.kind === "offset-summary") {
    return {
      // A summary is unsigned and has no servo state: its largest offset is what thresholds must hold for.
      observation: { kind: "sample", offsetNs: seen.maxNs },
      reading: {
        from: "master",
        offsetNs: seen.rmsNs,
        maxNs: seen.maxNs,
        freqPpb: seen.freqPpb,
        delayNs: seen.delayNs ?? 0,
      },
    };
  }
  if (seen.kind !== "offset") return undefined;
  const { offsetNs, servo, freqPpb, delayNs = 0 } = seen;
  return {
    observation: { kind: "sample", offsetNs, ...(servo && { locked: servo === "s2" || servo === "s3" }) },
    reading: { from: seen.reference, offsetNs, maxNs: Math.abs(offsetNs), freqPpb, delayNs },
  };
}
