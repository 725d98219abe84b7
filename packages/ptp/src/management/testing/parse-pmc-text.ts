import { parseClockIdentity } from "../../clock/clock-identity.ts";
import { parsePortIdentity } from "../../clock/port-identity.ts";
import { parsePortState } from "../../clock/port-state.ts";
import { managementIds, type ManagementId } from "../management-id.ts";

/** One answer as `pmc` printed it, with the body we would decode of its bytes. */
export interface PrintedAnswer {
  readonly id: ManagementId;
  readonly portIdentity: unknown;
  readonly body: Readonly<Record<string, unknown>>;
}

type Read = (text: string) => unknown;

const on: Read = (text) => ["1", "on", "true"].includes(text);
const stamping: Read = (text) => ["SOFTWARE", "HARDWARE"].indexOf(text);
const text: Read = (word) => word;
/** `0xHHHH'LLLLLLLLLLLLLLLL.FFFF`: 2^-16 ns in three parts, zero in all recordings. */
const scaledNs: Read = (word) => BigInt(`0x${word.replace(/^0x/, "").replace(/['.]/g, "")}`);

/** Our fields by the words of pmc, and how each is read where a number will not do. */
const timeProperties: Readonly<Record<string, readonly [string, Read?]>> = {
  currentUtcOffset: ["currentUtcOffsetS"],
  leap61: ["leap61", on],
  leap59: ["leap59", on],
  currentUtcOffsetValid: ["currentUtcOffsetValid", on],
  ptpTimescale: ["ptpTimescale", on],
  timeTraceable: ["timeTraceable", on],
  frequencyTraceable: ["frequencyTraceable", on],
  timeSource: ["timeSource"],
};
const grandmasterQuality: typeof timeProperties = {
  "gm.ClockClass": ["grandmasterClockClass"],
  "gm.ClockAccuracy": ["grandmasterClockAccuracy"],
  "gm.OffsetScaledLogVariance": ["grandmasterOffsetScaledLogVariance"],
};
const fieldByWord: Readonly<Record<string, readonly [string, Read?]>> = {
  ...timeProperties,
  ...grandmasterQuality,
  twoStepFlag: ["twoStep", on],
  slaveOnly: ["timeReceiverOnly", on],
  clockIdentity: ["clockIdentity", parseClockIdentity],
  offsetFromMaster: ["offsetNs"],
  meanPathDelay: ["meanPathDelayNs"],
  parentPortIdentity: ["parentPortIdentity", parsePortIdentity],
  parentStats: ["parentStats", on],
  grandmasterIdentity: ["grandmasterIdentity", parseClockIdentity],
  master_offset: ["offsetNs"],
  ingress_time: ["ingressTimeNs", BigInt],
  lastGmPhaseChange: ["lastGmPhaseChangeScaledNs", scaledNs],
  gmPresent: ["gmPresent", on],
  gmIdentity: ["grandmasterIdentity", parseClockIdentity],
  duration: ["durationS"],
  NOTIFY_PORT_STATE: ["portState", on],
  NOTIFY_TIME_SYNC: ["timeSync", on],
  NOTIFY_PARENT_DATA_SET: ["parentDataSet", on],
  NOTIFY_CMLDS: ["cmlds", on],
  portIdentity: ["portIdentity", parsePortIdentity],
  portState: ["portState", parsePortState],
  peerMeanPathDelay: ["peerMeanPathDelayNs"],
  neighborPropDelayThresh: ["neighborPropDelayThreshNs"],
  asCapable: ["asCapable", on],
  as_capable: ["asCapable", on],
  meanLinkDelay: ["meanLinkDelayNs"],
  timestamping: ["timestamping", stamping],
  interface: ["interfaceName", text],
};

/** The answers in pmc's output whose TLVs we speak. */
export function parsePmcText(output: string): readonly PrintedAnswer[] {
  return output.split(/^\t(?=\S)/m).flatMap((block) => {
    const [head = "", ...lines] = block.split("\n");
    const [, port = "", id] = /^(\S+) seq \d+ RESPONSE MANAGEMENT (\S+) $/.exec(head) ?? [];
    const known = managementIds.find((each) => each === id);
    const fields = lines.flatMap((line) => (/^\t\t\w/.test(line) ? [line.trim().split(/\s+/)] : []));
    if (known === undefined || fields.length === 0) return [];
    return [{ id: known, portIdentity: parsePortIdentity(port), body: bodyOf(known, fields) }];
  });
}

function bodyOf(id: ManagementId, fields: readonly (readonly string[])[]): Readonly<Record<string, unknown>> {
  if (id === "PORT_STATS_NP") return statsOf(fields);
  const entries = fields.map(([word = "", value = ""]) => {
    const [field, read = Number] = fieldByWord[word] ?? [word];
    return [field, read(value)] as const;
  });
  // Older releases do not print what they do not know; it is sent as zero.
  const unprinted = id === "SUBSCRIBE_EVENTS_NP" ? { timeSync: false, parentDataSet: false, cmlds: false } : {};
  const hasTimeProperties = fields.some(([word]) => word === "timeTraceable");
  return {
    ...unprinted,
    ...(hasTimeProperties && { synchronizationUncertain: false }),
    ...Object.fromEntries(entries),
  };
}

function statsOf(fields: readonly (readonly string[])[]): Readonly<Record<string, unknown>> {
  const counted = (prefix: string) =>
    Object.fromEntries(
      fields.flatMap(([word = "", value]) =>
        word.startsWith(prefix) ? [[camelCase(word.slice(prefix.length)), Number(value)]] : [],
      ),
    );
  return {
    portIdentity: parsePortIdentity(fields[0]?.[1] ?? ""),
    received: counted("rx_"),
    transmitted: counted("tx_"),
  };
}

function camelCase(word: string): string {
  const [first = "", ...rest] = word.split("_");
  return [first.toLowerCase(), ...rest].join("");
}
