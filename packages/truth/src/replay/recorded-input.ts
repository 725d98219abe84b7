import { programNames, type Instant, type JsonObject, type JsonValue, type ProcessReport } from "@ptp/node";
import { antennaStates } from "@ptp/ptp";
import type { NodeInput } from "../node/node-input.ts";
import { roleByPortState } from "../port-role.ts";
import type { PtpClockObservation } from "../ptp-clock.ts";
import { isLeapObservation } from "./recorded-leap.ts";

/** One line of a recording: `t` in seconds of Unix time, `uptimeMs` of the monotonic clock, and the input. */
export interface RecordedInput {
  readonly at: Instant;
  readonly input: NodeInput;
}

/** Writes an input as one line of JSON, without a line end. Whole numbers too large for JSON become text such as `5n`. */
export function formatRecordedInput({ at, input }: RecordedInput): string {
  const head = { t: at.unixMs / 1000, uptimeMs: Math.round(at.monotonicMs * 1000) / 1000 };
  return JSON.stringify({ ...head, ...input }, (_key, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
}

const sources: ReadonlySet<JsonValue | undefined> = new Set([
  "line",
  "management",
  "process",
  "dpll",
  "gnss",
  "leap",
  "tick",
]);
/** What each kind of observation has at least: as far as machines rely on it, since people edit recordings. */
const observationFields: Readonly<Record<PtpClockObservation["kind"], Readonly<Record<string, string>>>> = {
  "process-up": {},
  "process-down": { detail: "string" },
  silent: { detail: "string" },
  "default-data-set": { "dataSet.clockIdentity": "string", "dataSet.clockClass": "number" },
  "parent-data-set": {
    "dataSet.parentPortIdentity.clockIdentity": "string",
    "dataSet.grandmasterIdentity": "string",
    "dataSet.grandmasterClockClass": "number",
  },
  "current-data-set": { "dataSet.meanPathDelayNs": "number" },
  "time-properties-data-set": { "dataSet.currentUtcOffsetS": "number", "dataSet.currentUtcOffsetValid": "boolean" },
  port: { number: "number", state: "string" },
  "time-status": { offsetNs: "number", ingressTimeNs: "bigint" },
  "clock-class": { clockClass: "number" },
  servo: { maxNs: "number", freqPpb: "number" },
  tick: {},
};

const reportFields = {
  key: "string",
  program: "string",
  profile: "string",
  configName: "string",
  state: "string",
  starts: "number",
  sinceUnixMs: "number",
  lastExit: "string",
} as const satisfies Partial<Record<keyof ProcessReport, string>>;

const statusFields = {
  dpll: {
    kind: "string",
    interfaceName: "string",
    frequencyStatus: "number",
    phaseStatus: "number",
    ppsAvailable: "boolean",
    offsetNs: "number",
  },
  gnss: { kind: "string", interfaceName: "string", fix: "number", offsetNs: "number" },
} as const;

/** Reads a line that `formatRecordedInput` wrote; undefined for anything else. */
export function parseRecordedInput(line: string): RecordedInput | undefined {
  const value = parseObject(line);
  if (value === undefined || !sources.has(value["source"])) return undefined;
  const { t, uptimeMs, ...input } = value;
  if (typeof t !== "number" || !isComplete(input)) return undefined;
  const monotonicMs = typeof uptimeMs === "number" ? uptimeMs : t * 1000;
  return { at: { unixMs: t * 1000, monotonicMs }, input: input as unknown as NodeInput };
}

function parseObject(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line, (key, each: unknown) =>
      key.endsWith("Ns") && typeof each === "string" && /^-?\d{1,40}n$/.test(each) ? BigInt(each.slice(0, -1)) : each,
    );
    return isObject(value as JsonValue) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isComplete(input: JsonObject): boolean {
  const { source, process, line, observations, report, status } = input;
  if (source === "tick") return true;
  if (source === "process") return has(report, reportFields) && isProgram(report);
  if (source === "leap") return isLeapObservation(input["observation"]);
  if (typeof process !== "string") return false;
  if (source === "line") return typeof line === "string";
  if (source === "dpll" || source === "gnss") return isStatus(source, status);
  return Array.isArray(observations) && (observations as readonly JsonValue[]).every(isObservation);
}

function isStatus(source: keyof typeof statusFields, status: JsonValue | undefined): boolean {
  if (!has(status, statusFields[source]) || !isObject(status)) return false;
  const antennas: readonly (JsonValue | undefined)[] = [undefined, ...antennaStates];
  return status["kind"] === `${source}-status` && antennas.includes(status["antenna"]);
}

function isProgram(report: JsonValue | undefined): boolean {
  const programs: readonly (JsonValue | undefined)[] = programNames;
  return isObject(report) && programs.includes(report["program"]);
}

function isObservation(value: JsonValue): boolean {
  const kind = isObject(value) ? value["kind"] : undefined;
  if (typeof kind !== "string" || !Object.hasOwn(observationFields, kind)) return false;
  if (!has(value, observationFields[kind as PtpClockObservation["kind"]])) return false;
  return kind !== "port" || isPortState((value as JsonObject)["state"]);
}

function isPortState(value: JsonValue | undefined): boolean {
  return typeof value === "string" && Object.hasOwn(roleByPortState, value);
}

/** Whether the value has fields of these types; a path goes through objects by dots. */
function has(value: JsonValue | undefined, typeByPath: Readonly<Record<string, string>>): boolean {
  return (
    isObject(value) &&
    Object.entries(typeByPath).every(([path, type]) => typeof fieldAt(value, path.split(".")) === type)
  );
}

function fieldAt(value: JsonValue | undefined, path: readonly string[]): unknown {
  return path.reduce<JsonValue | undefined>((at, name) => (isObject(at) ? at[name] : undefined), value);
}
