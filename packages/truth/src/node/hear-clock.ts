import type { Instant } from "@ptp/node";
import type { DomainSource, LogFact, OffsetSample, OffsetSummary, PortStateChange } from "@ptp/ptp";
import { observeDomainSource } from "../ha/observed-choice.ts";
import type { SystemClockReading } from "../node-view.ts";
import type { PtpClockObservation } from "../ptp-clock.ts";
import type { SampledClockObservation } from "../sampled-clock.ts";
import {
  stepNodePtpClock,
  stepNodeSystemClock,
  stepOnce,
  type ClockStep,
  type NodeClock,
  type NodePtpClock,
  type NodeSystemClock,
} from "./node-clock.ts";

/** What a line of its program does to a clock; undefined: nothing. */
export function hearClock(node: NodeClock, fact: LogFact, now: Instant): ClockStep | undefined {
  return node.kind === "ptp" ? hearPtp4l(node, fact, now) : hearPhc2sys(node, fact, now);
}

/** Management tells ports and offsets better and wins where it answers; the servo's frequency only lines tell. */
function hearPtp4l(node: NodePtpClock, fact: LogFact, now: Instant): ClockStep | undefined {
  if (fact.kind === "offset" || fact.kind === "offset-summary") return hearMeasurement(node, fact, now);
  if (node.managed) return undefined;
  if (fact.kind === "port-state") return fact.portNumber === 0 ? undefined : hearPort(node, fact, now);
  if (fact.kind === "clock-class") return stepNodePtpClock(node, [fact], now);
  return undefined;
}

/** Lines do not tell the interval of Sync messages; with 2 s neither a summary nor a slow one is taken for silence. */
const logSyncInterval = 1;

function hearPort(node: NodePtpClock, fact: PortStateChange, now: Instant): ClockStep {
  const interfaceName = fact.interfaceName ?? node.watched.interfaces[fact.portNumber - 1] ?? "";
  // News of another port that is no receiver leave the first one to be guessed.
  const leaves = node.guessed && fact.portNumber !== 1 && fact.to !== "TIME_RECEIVER";
  const known =
    node.guessed && !leaves ? { ...node, guessed: false, clock: { ...node.clock, ports: new Map() } } : node;
  const port = { kind: "port", number: fact.portNumber, state: fact.to, interfaceName, logSyncInterval } as const;
  return stepNodePtpClock(known, [port], now);
}

function hearMeasurement(node: NodePtpClock, fact: OffsetSample | OffsetSummary, now: Instant): ClockStep {
  const isSummary = fact.kind === "offset-summary";
  const offsetNs = isSummary ? fact.rmsNs : fact.offsetNs;
  const maxNs = isSummary ? fact.maxNs : Math.abs(offsetNs);
  const { freqPpb, delayNs } = fact;
  const servo = delayNs === undefined ? { maxNs, freqPpb } : { maxNs, freqPpb, delayNs };
  if (node.managed) return stepNodePtpClock(node, [{ kind: "servo", ...servo }], now);
  const linesMeasured = node.linesMeasured + 1;
  const ingressTimeNs = BigInt(linesMeasured);
  const sample: PtpClockObservation = isSummary
    ? { kind: "time-status", offsetNs, ingressTimeNs, servo, largestNs: maxNs }
    : { kind: "time-status", offsetNs, ingressTimeNs, servo };
  if (node.clock.ports.size > 0 || !isFollowing(fact)) return stepOnce(node, sample, linesMeasured, now);
  return stepNodePtpClock({ ...node, linesMeasured, guessed: true }, [sample, firstPort(node)], now);
}

/** A locked servo, or a summary, which is printed of a port that follows: of one port at least. */
function isFollowing(fact: OffsetSample | OffsetSummary): boolean {
  return fact.kind === "offset-summary" || fact.servo === "s2" || fact.servo === "s3";
}

function firstPort({ watched }: NodePtpClock): PtpClockObservation {
  const interfaceName = watched.interfaces[0] ?? "";
  return { kind: "port", number: 1, state: "TIME_RECEIVER", interfaceName, logSyncInterval };
}

/** The last lines of a phc2sys that ended come after its end was told. */
function hearPhc2sys(node: NodeSystemClock, fact: LogFact, now: Instant): ClockStep | undefined {
  if (!node.clock.process.up) return undefined;
  if (fact.kind === "domain-source") return hearDomainSource(node, fact);
  if (fact.kind === "offset-summary" && fact.clock === "CLOCK_REALTIME") {
    const { rmsNs: offsetNs, maxNs, freqPpb, delayNs = 0 } = fact;
    // A summary is unsigned and has no servo state: its largest offset is what thresholds must hold for.
    return measured(
      node,
      { kind: "sample", offsetNs: maxNs },
      { from: "master", offsetNs, maxNs, freqPpb, delayNs },
      now,
    );
  }
  if (fact.kind !== "offset" || fact.clock !== "CLOCK_REALTIME") return undefined;
  const { offsetNs, servo, freqPpb, delayNs = 0, reference: from } = fact;
  const locked = servo === undefined || servo === "s2" || servo === "s3";
  const reading = { from, offsetNs, maxNs: Math.abs(offsetNs), freqPpb, delayNs };
  return measured(node, { kind: "sample", offsetNs, locked }, reading, now);
}

function hearDomainSource({ ha, ...node }: NodeSystemClock, fact: DomainSource): ClockStep | undefined {
  if (ha === undefined) return undefined;
  const seen = observeDomainSource(ha.seen, fact, ha.interfacesByProfile);
  return { node: { ...node, ha: { ...ha, seen } }, changes: [] };
}

function measured(
  node: NodeSystemClock,
  observation: SampledClockObservation,
  reading: SystemClockReading,
  now: Instant,
): ClockStep {
  return stepNodeSystemClock({ ...node, reading }, observation, now);
}
