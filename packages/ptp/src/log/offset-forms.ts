import type { LogFact } from "./log-fact.ts";
import { numberOf, optionalText, servoOf, type LineForm } from "./line-form.ts";

// A number has 19 digits at most, as linuxptp's own: more could read as infinite, and no limit would stop that.

/** `[CLOCK] rms R max M freq F +/- f [delay D +/- d]`: the same in ptp4l and phc2sys, all versions. */
export const summaryForm: LineForm = {
  pattern:
    /^(?:(\S+) +)?rms +(\d{1,19}) +max +(\d{1,19}) +freq +([+-]?\d{1,19}) +\+\/- +(\d{1,19})(?: +delay +(-?\d{1,19}) +\+\/- +(\d{1,19}))?$/,
  read: ([, clock, rms, max, freq, freqDeviation, delay, delayDeviation]) => ({
    kind: "offset-summary",
    ...optionalText("clock", clock),
    rmsNs: numberOf(rms),
    maxNs: numberOf(max),
    freqPpb: numberOf(freq),
    freqDeviationPpb: numberOf(freqDeviation),
    ...(delay === undefined ? {} : { delayNs: numberOf(delay), delayDeviationNs: numberOf(delayDeviation) }),
  }),
};

/** ptp4l, one per Sync: `master offset O sN freq F [path delay D]`. Another word than `master` names the clock. */
export const ptp4lOffsetForm: LineForm = {
  pattern: /^(\S+) +offset +(-?\d{1,19}) +(s[0-3]) +freq +([+-]?\d{1,19})(?: +path delay +(-?\d{1,19}))?$/,
  read: ([, clock, offset, servo, freq, delay]) => ({
    kind: "offset",
    ...(clock === "master" ? undefined : { clock: clock ?? "" }),
    reference: "time-transmitter",
    offsetNs: numberOf(offset),
    servo: servoOf(servo),
    freqPpb: numberOf(freq),
    ...(delay === undefined ? undefined : { delayNs: numberOf(delay) }),
    holdover: false,
  }),
};

/** phc2sys: `CLOCK phc|sys|pps offset O sN freq F [delay D]`. */
export const phc2sysOffsetForm: LineForm = {
  pattern: /^(\S+) +(phc|sys|pps) +offset +(-?\d{1,19}) +(s[0-3]) +freq +([+-]?\d{1,19})(?: +delay +(-?\d{1,19}))?$/,
  read: ([, clock = "", reference, offset, servo, freq, delay]) => ({
    kind: "offset",
    clock,
    reference: reference as "phc" | "sys" | "pps",
    offsetNs: numberOf(offset),
    servo: servoOf(servo),
    freqPpb: numberOf(freq),
    ...(delay === undefined ? undefined : { delayNs: numberOf(delay) }),
    holdover: false,
  }),
};

/** ts2phc, one per pulse: `CLOCK [master] offset O [sN] freq F [holdover]`; 3.1.1 prints an interface, 4.x a device. */
export const ts2phcOffsetForm: LineForm = {
  pattern: /^(\S+)(?: +master)? +offset +(-?\d{1,19})(?: +(s[0-3]))? +freq +([+-]?\d{1,19})( +holdover)?$/,
  read: ([, clock = "", offset, servo, freq, holdover]) => ({
    kind: "offset",
    clock,
    reference: "pps",
    offsetNs: numberOf(offset),
    ...(servo === undefined ? undefined : { servo: servoOf(servo) }),
    freqPpb: numberOf(freq),
    holdover: holdover !== undefined,
  }),
};

/** ts2phc: `CLOCK nmea_status 0|1 offset O sN`, the existing daemon's own form. */
export const nmeaStatusForm: LineForm = {
  pattern: /^(\S+) +nmea_status +([01]) +offset +(-?\d{1,19}) +(s[0-3])$/,
  read: ([, clock = "", available, offset, servo]): LogFact => ({
    kind: "nmea-status",
    clock,
    available: available === "1",
    offsetNs: numberOf(offset),
    servo: servoOf(servo),
  }),
};
