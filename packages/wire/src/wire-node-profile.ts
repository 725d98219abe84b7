import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  canonicalJson,
  profileTextFields,
  type ClockThreshold,
  type HighAvailability,
  type NodeProfile,
  type ProcessDowntimeThresholds,
  type ProfileTextField,
} from "@ptp/node";
import { fromInt64, fromJsonText, nonEmpty, oneOf, present, toInt64 } from "./field.ts";
import type * as pb from "./gen/ptp/agent/v1/agent_pb.ts";

type ThresholdInit = MessageInitShape<typeof pb.ClockThresholdSchema>;

/** A node profile as its message. */
export function toWireNodeProfile(profile: NodeProfile): MessageInitShape<typeof pb.NodeProfileSchema> {
  return present({
    ...textsOf(profile),
    name: profile.name,
    ptpSchedulingPolicy: profile.ptpSchedulingPolicy,
    ptpSchedulingPriority: mapped(profile.ptpSchedulingPriority, toInt64),
    ptpClockThreshold: mapped(profile.ptpClockThreshold, toWireThreshold),
    ptpSettings: mapped(profile.ptpSettings, sortedMap),
    highAvailability: mapped(profile.highAvailability, toWireHighAvailability),
    pluginsJson: mapped(profile.plugins, (plugins) => sortedMap(mapValues(plugins, canonicalJson))),
  });
}

/** A node profile from its message. @throws FieldError with the path within the profile. */
export function fromWireNodeProfile(message: pb.NodeProfile): NodeProfile {
  const { ptpSchedulingPolicy: policy, ptpSchedulingPriority: priority, ptpClockThreshold: threshold } = message;
  return present({
    ...textsOf(message),
    name: nonEmpty("name", message.name),
    ptpSchedulingPolicy: mapped(policy, (text) =>
      oneOf("ptpSchedulingPolicy", ["SCHED_OTHER", "SCHED_FIFO"] as const, text),
    ),
    ptpSchedulingPriority: mapped(priority, (value) => fromInt64("ptpSchedulingPriority", value)),
    ptpClockThreshold: mapped(threshold, fromWireThreshold),
    ptpSettings: unlessEmpty(message.ptpSettings),
    highAvailability: mapped(message.highAvailability, fromWireHighAvailability),
    plugins: unlessEmpty(mapValues(message.pluginsJson, (text, name) => fromJsonText(`plugins.${name}`, text))),
  });
}

function textsOf(source: { readonly [K in ProfileTextField]?: string | undefined }) {
  const texts: { [K in ProfileTextField]?: string } = {};
  for (const field of profileTextFields) {
    const text = source[field];
    if (text !== undefined) texts[field] = text;
  }
  return texts;
}

function toWireThreshold(threshold: ClockThreshold): ThresholdInit {
  return present({
    holdOverTimeoutS: mapped(threshold.holdOverTimeout, toInt64),
    maxOffsetThresholdNs: mapped(threshold.maxOffsetThreshold, toInt64),
    minOffsetThresholdNs: mapped(threshold.minOffsetThreshold, toInt64),
    processDowntimeThresholdsS: mapped(threshold.processDowntimeThresholds, (seconds) =>
      sortedMap(mapValues(present(seconds) as Record<string, number>, toInt64)),
    ),
  });
}

/** A program name that a newer peer knows is kept: who does not know the program does not look it up. */
function fromWireThreshold(message: pb.ClockThreshold): ClockThreshold {
  const number = (path: string, value: bigint | undefined) =>
    mapped(value, (seconds) => fromInt64(`ptpClockThreshold.${path}`, seconds));
  const downtimes = mapValues(message.processDowntimeThresholdsS, (seconds, name) =>
    fromInt64(`ptpClockThreshold.processDowntimeThresholds.${name}`, seconds),
  );
  return present({
    holdOverTimeout: number("holdOverTimeout", message.holdOverTimeoutS),
    maxOffsetThreshold: number("maxOffsetThreshold", message.maxOffsetThresholdNs),
    minOffsetThreshold: number("minOffsetThreshold", message.minOffsetThresholdNs),
    processDowntimeThresholds: unlessEmpty(downtimes as ProcessDowntimeThresholds),
  });
}

function toWireHighAvailability(written: HighAvailability): MessageInitShape<typeof pb.HighAvailabilitySchema> {
  return present({
    enableHa: written.enableHA,
    preferredPrimary: written.preferredPrimary,
    heartBeatTimeoutS: mapped(written.heartBeatTimeout, toInt64),
    sourcePriority: mapped(written.sourcePriority, (names) => [...names]),
  });
}

/** Protobuf cannot tell an empty list from none; neither does a revision. */
function fromWireHighAvailability(message: pb.HighAvailability): HighAvailability {
  const { enableHa: enableHA, preferredPrimary, heartBeatTimeoutS: seconds, sourcePriority } = message;
  return present({
    enableHA,
    preferredPrimary,
    heartBeatTimeout: mapped(seconds, (value) => fromInt64("highAvailability.heartBeatTimeout", value)),
    sourcePriority: unlessEmpty(sourcePriority),
  });
}

function mapped<T, R>(value: T | undefined, convert: (value: T) => R): R | undefined {
  return value === undefined ? undefined : convert(value);
}

function mapValues<T, R>(map: Readonly<Record<string, T>>, convert: (value: T, key: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, convert(value, key)]));
}

/** Sorted, because protobuf writes maps in insertion order and equal configs should be equal bytes. */
function sortedMap<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : Number(a > b))));
}

/** Protobuf cannot tell an empty map from none; neither does a revision. */
function unlessEmpty<T extends object>(map: T): T | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}
