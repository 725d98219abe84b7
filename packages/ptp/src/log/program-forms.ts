import { parseClockIdentity } from "../clock/clock-identity.ts";
import { startsWith, type LineForm } from "./line-form.ts";
import { chronydForms } from "./chronyd-forms.ts";
import { nmeaStatusForm, phc2sysOffsetForm, ptp4lOffsetForm, summaryForm, ts2phcOffsetForm } from "./offset-forms.ts";
import { portForm } from "./port-forms.ts";
import { gpsdRemarks, linuxptpRemarks, synce4lRemarks, ts2phcRemarks } from "./remark-forms.ts";
import {
  clockClassForm,
  clockQualityForm,
  clockStatusForm,
  dpllStatusForm,
  eecStatusForm,
  gnssStatusForm,
  haProfileForm,
  processStatusForm,
} from "./socket-forms.ts";
import { synce4lForms } from "./synce4l-forms.ts";

const bestForeign: LineForm = {
  pattern: /^selected best (?:master|time[ _]?transmitter) clock (\S+)$/i,
  read: ([, identity]) => bestClock(identity, false),
};

const bestLocal: LineForm = {
  pattern: /^selected local clock (\S+) as best (?:master|time[ _]?transmitter)$/i,
  read: ([, identity]) => bestClock(identity, true),
};

function bestClock(identity: string | undefined, local: boolean) {
  const clockIdentity = parseClockIdentity(identity ?? "");
  return clockIdentity === undefined ? undefined : ({ kind: "best-clock", clockIdentity, local } as const);
}

const domainSource: LineForm = {
  pattern: /^selecting (\S+) as (out-of-)?domain source clock$/,
  read: ([, clock = "", out]) => ({ kind: "domain-source", clock, inDomain: out === undefined }),
};

const clockSelection: LineForm = {
  pattern: /^(un)?selecting (\S+) for synchronization$/,
  read: ([, un, clock = ""]) => ({ kind: "clock-selection", clock, selected: un === undefined }),
};

const clockFaults: readonly LineForm[] = [
  startsWith(/^timed out while polling for tx timestamp/, { kind: "clock-fault", fault: "tx-timestamp-timeout" }),
  startsWith(/^recvmsg tx timestamp failed/, { kind: "clock-fault", fault: "tx-timestamp-failed" }),
  startsWith(/^failed to (?:adjust|step|set) (?:the )?clock/, {
    kind: "clock-fault",
    fault: "clock-adjustment-failed",
  }),
  startsWith(/^clockcheck: /, { kind: "clock-fault", fault: "clockcheck" }),
  startsWith(/^foreign \S+ not using PTP timescale/, { kind: "clock-fault", fault: "arbitrary-timescale" }),
  startsWith(/^failed to get UTC offset/, { kind: "clock-fault", fault: "utc-offset-unknown" }),
];

const waits: readonly LineForm[] = [
  startsWith(/^Waiting for ptp4l/i, { kind: "waiting", waitsFor: "ptp4l" }),
  startsWith(/^Lost connection to ptp4l/, { kind: "waiting", waitsFor: "ptp4l" }),
  startsWith(/^(?:no PHC ready|(?:source|master|reference) clock not ready), waiting/, {
    kind: "waiting",
    waitsFor: "source-clock",
  }),
  startsWith(/^multiple (?:source|master|reference) clocks available, postponing/, {
    kind: "waiting",
    waitsFor: "source-clock",
  }),
];

const sourceFaults: readonly LineForm[] = [
  startsWith(/^source ts not valid$/, { kind: "source-fault", fault: "timestamp-invalid" }),
  startsWith(/^\S+ ignoring invalid master time stamp/, { kind: "source-fault", fault: "timestamp-invalid" }),
  startsWith(/^reference clock \(\S+\) timestamp not valid, skipping/, {
    kind: "source-fault",
    fault: "timestamp-invalid",
  }),
  startsWith(/^no reference clock, skipping/, { kind: "source-fault", fault: "no-reference" }),
  startsWith(/^nmea: no valid rmc fix/, { kind: "source-fault", fault: "no-fix" }),
  startsWith(/^nmea: rmc time stamp stale/, { kind: "source-fault", fault: "sentence-stale" }),
  startsWith(/^(?:nmea: )?utc time is past leap second table/i, { kind: "source-fault", fault: "leap-table-expired" }),
  startsWith(/^(?:nmea: )?(?:failed to update leap seconds|unable to find utc time in leap second) table/i, {
    kind: "source-fault",
    fault: "leap-table-unusable",
  }),
  startsWith(/^(?:nmea: )?utc time stamp is ambiguous/i, { kind: "source-fault", fault: "leap-second" }),
  startsWith(/^nmea source timed out/, { kind: "source-fault", fault: "source-silent" }),
  startsWith(/^failed to (?:open|read from) nmea source/, { kind: "source-fault", fault: "source-unreachable" }),
];

const linuxptp = [...waits, ...clockFaults, ...linuxptpRemarks, processStatusForm];

/**
 * The forms of each word that stands where a program's name does, the frequent first. A new line is a row here. Beside
 * programs these are the sources of the existing daemon's event lines.
 */
export const formsByProgram: ReadonlyMap<string, readonly LineForm[]> = new Map([
  ["ptp4l", [ptp4lOffsetForm, summaryForm, portForm, bestForeign, bestLocal, clockClassForm, ...linuxptp]],
  ["phc2sys", [phc2sysOffsetForm, summaryForm, domainSource, clockSelection, haProfileForm, ...linuxptp]],
  ["ts2phc", [ts2phcOffsetForm, ...ts2phcRemarks, nmeaStatusForm, ...sourceFaults, clockSelection, ...linuxptp]],
  ["synce4l", [...synce4lForms, eecStatusForm, clockQualityForm, ...synce4lRemarks, ...linuxptp]],
  ["chronyd", [...chronydForms, processStatusForm]],
  ["gpsd", [processStatusForm, ...gpsdRemarks]],
  ["gpspipe", [processStatusForm, ...gpsdRemarks]],
  ["pmc", [processStatusForm]],
  ["timemaster", [processStatusForm]],
  ["GM", [clockStatusForm]],
  ["T-BC", [clockStatusForm]],
  ["T-GM", [clockStatusForm]],
  ["gnss", [gnssStatusForm]],
  ["dpll", [dpllStatusForm]],
]);
