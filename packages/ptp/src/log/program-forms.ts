import { parseClockIdentity } from "../clock/clock-identity.ts";
import { startsWith, type LineForm } from "./line-form.ts";
import type { LogProgram } from "./log-observation.ts";
import { nmeaStatusForm, phc2sysOffsetForm, ptp4lOffsetForm, summaryForm, ts2phcOffsetForm } from "./offset-forms.ts";
import { portForm } from "./port-forms.ts";
import { synce4lForms } from "./synce4l-forms.ts";

const bestForeign: LineForm = {
  pattern: /^selected best (?:master|time[ _]?transmitter) clock (?<identity>\S+)$/i,
  read: (groups) => bestClock(groups["identity"], false),
};

const bestLocal: LineForm = {
  pattern: /^selected local clock (?<identity>\S+) as best (?:master|time[ _]?transmitter)$/i,
  read: (groups) => bestClock(groups["identity"], true),
};

function bestClock(identity: string | undefined, local: boolean) {
  const clockIdentity = parseClockIdentity(identity ?? "");
  return clockIdentity === undefined ? undefined : ({ kind: "best-clock", clockIdentity, local } as const);
}

const domainSource: LineForm = {
  pattern: /^selecting (?<clock>\S+) as (?<out>out-of-)?domain source clock$/,
  read: (groups) => ({
    kind: "domain-source",
    clock: groups["clock"] ?? "",
    inDomain: groups["out"] === undefined,
  }),
};

const clockSelection: LineForm = {
  pattern: /^(?<un>un)?selecting (?<clock>\S+) for synchronization$/,
  read: (groups) => ({
    kind: "clock-selection",
    clock: groups["clock"] ?? "",
    selected: groups["un"] === undefined,
  }),
};

const clockFaults: readonly LineForm[] = [
  startsWith(/^timed out while polling for tx timestamp/, { kind: "clock-fault", fault: "tx-timestamp-timeout" }),
  startsWith(/^recvmsg tx timestamp failed/, { kind: "clock-fault", fault: "tx-timestamp-failed" }),
  startsWith(/^failed to (?:adjust|step|set) the clock/, { kind: "clock-fault", fault: "clock-adjustment-failed" }),
  startsWith(/^clockcheck: /, { kind: "clock-fault", fault: "clockcheck" }),
  startsWith(/^foreign \S+ not using PTP timescale/, { kind: "clock-fault", fault: "arbitrary-timescale" }),
  startsWith(/^failed to get UTC offset/, { kind: "clock-fault", fault: "utc-offset-unknown" }),
];

const waits: readonly LineForm[] = [
  startsWith(/^Waiting for ptp4l/i, { kind: "waiting", waitsFor: "ptp4l" }),
  startsWith(/^source clock not ready, waiting/, { kind: "waiting", waitsFor: "source-clock" }),
];

const sourceFaults: readonly LineForm[] = [
  startsWith(/^source ts not valid$/, { kind: "source-fault", fault: "timestamp-invalid" }),
  startsWith(/^\S+ ignoring invalid master time stamp/, { kind: "source-fault", fault: "timestamp-invalid" }),
  startsWith(/^nmea: no valid rmc fix/, { kind: "source-fault", fault: "no-fix" }),
  startsWith(/^nmea: rmc time stamp stale/, { kind: "source-fault", fault: "sentence-stale" }),
  startsWith(/^(?:nmea: )?utc time is past leap second table/i, { kind: "source-fault", fault: "leap-table-expired" }),
  startsWith(/^nmea source timed out/, { kind: "source-fault", fault: "source-silent" }),
  startsWith(/^failed to (?:open|read from) nmea source/, { kind: "source-fault", fault: "source-unreachable" }),
];

/** The forms of each program's lines, the frequent first. A new line is a row here. */
export const formsByProgram: { readonly [P in LogProgram]: readonly LineForm[] } = {
  ptp4l: [ptp4lOffsetForm, summaryForm, portForm, bestForeign, bestLocal, ...clockFaults],
  phc2sys: [phc2sysOffsetForm, summaryForm, domainSource, clockSelection, ...waits, ...clockFaults],
  ts2phc: [ts2phcOffsetForm, nmeaStatusForm, ...sourceFaults, clockSelection, ...waits, ...clockFaults],
  synce4l: synce4lForms,
};
