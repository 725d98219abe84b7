import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  clockProcesses,
  programNames,
  type ClockReport,
  type FollowedSource,
  type LeapReport,
  type LeapStanding,
  type NodeReport,
  type ProcessReport,
  type ProcessState,
  type SyncState,
} from "@ptp/node";
import { decodeEach, FieldError, type Decoded, type Dropped } from "./decoded.ts";
import { fromInt64, nonEmpty, oneOf, present, toInt64 } from "./field.ts";
import * as pb from "./gen/ptp/agent/v1/agent_pb.ts";
import { fromWireInventory, toWireInventory } from "./wire-inventory.ts";
import { fromWireOutcome, toWireOutcome } from "./wire-result.ts";

const processStates = [
  "stopped",
  "starting",
  "running",
  "stopping",
  "backoff",
] as const satisfies readonly ProcessState[];

const leapStandings = [
  "known",
  "expiring",
  "expired",
  "refused",
  "contradicted",
] as const satisfies readonly LeapStanding[];

const wireSyncStates: Readonly<Record<SyncState, pb.SyncState>> = {
  UNKNOWN: pb.SyncState.UNKNOWN,
  FREERUN: pb.SyncState.FREERUN,
  HOLDOVER: pb.SyncState.HOLDOVER,
  LOCKED: pb.SyncState.LOCKED,
};

/** A report as its message. */
export function toWireNodeReport(report: NodeReport): MessageInitShape<typeof pb.NodeReportSchema> {
  return {
    revision: report.revision,
    outcomes: report.outcomes.map(toWireOutcome),
    clocks: report.clocks.map(toWireClock),
    processes: report.processes.map((process) => ({ ...process, sinceUnixMs: toInt64(process.sinceUnixMs) })),
    notices: [...report.notices],
    ...present({
      inventory: report.inventory && toWireInventory(report.inventory),
      leapSeconds: report.leapSeconds && {
        ...report.leapSeconds,
        expiresUnixMs: toInt64(report.leapSeconds.expiresUnixMs),
      },
    }),
  };
}

/** A report from its message; a clock, process or device this version cannot read is dropped by itself. */
export function fromWireNodeReport(message: pb.NodeReport): Decoded<NodeReport> {
  const dropped: Dropped[] = [];
  const value: NodeReport = {
    revision: message.revision,
    outcomes: decodeEach(message.outcomes, ({ name }) => name, fromWireOutcome, dropped),
    clocks: decodeEach(message.clocks, ({ configName }) => configName, fromWireClock, dropped),
    processes: decodeEach(message.processes, ({ key }) => key, fromWireProcess, dropped),
    notices: message.notices,
    ...present({
      inventory: message.inventory && fromWireInventory(message.inventory, dropped),
      leapSeconds: decodeEach(message.leapSeconds ? [message.leapSeconds] : [], leapName, fromWireLeap, dropped)[0],
    }),
  };
  return { ok: true, value, dropped };
}

const leapName = (): string => "leap_seconds";

function fromWireLeap({ standing, origin, utcOffsetS, expiresUnixMs, message }: pb.LeapReport): LeapReport {
  return {
    standing: oneOf("standing", leapStandings, standing),
    origin,
    utcOffsetS,
    expiresUnixMs: fromInt64("expires_unix_ms", expiresUnixMs),
    message,
  };
}

function toWireClock({ source, ...clock }: ClockReport): MessageInitShape<typeof pb.ClockReportSchema> {
  return {
    ...clock,
    ...(source && {
      source: { ...source, sinceUnixMs: toInt64(source.sinceUnixMs), cause: [...source.cause] },
    }),
    state: wireSyncStates[clock.state],
    sinceUnixMs: toInt64(clock.sinceUnixMs),
    cause: [...clock.cause],
    ports: clock.ports.map((port) => ({ ...port })),
  };
}

function fromWireSource(message: pb.FollowedSource): FollowedSource {
  const { profile, interface: interfaceName, cause } = message;
  const sinceUnixMs = fromInt64("source.since_unix_ms", message.sinceUnixMs);
  return { profile, interface: interfaceName, sinceUnixMs, cause };
}

function fromWireClock(message: pb.ClockReport): ClockReport {
  const { clockClass, offsetNs, parentPortIdentity, grandmasterIdentity } = message;
  return {
    profile: message.profile,
    process: oneOf("process", clockProcesses, message.process),
    configName: message.configName,
    state: fromWireSyncState(message.state),
    sinceUnixMs: fromInt64("since_unix_ms", message.sinceUnixMs),
    cause: message.cause,
    ports: message.ports.map(({ number, name, state }) => ({ number, name, state })),
    ...present({
      clockClass,
      offsetNs,
      parentPortIdentity,
      grandmasterIdentity,
      source: message.source && fromWireSource(message.source),
    }),
  };
}

function fromWireSyncState(state: pb.SyncState): SyncState {
  for (const [name, number] of Object.entries(wireSyncStates)) {
    if (number === state) return name as SyncState;
  }
  throw new FieldError("state", `unknown state number ${state}: this version knows 1..4`);
}

function fromWireProcess(message: pb.ProcessReport): ProcessReport {
  const { pid } = message;
  return {
    key: nonEmpty("key", message.key),
    program: oneOf("program", programNames, message.program),
    profile: message.profile,
    configName: message.configName,
    state: oneOf("state", processStates, message.state),
    starts: message.starts,
    sinceUnixMs: fromInt64("since_unix_ms", message.sinceUnixMs),
    lastExit: message.lastExit,
    ...present({ pid }),
  };
}
