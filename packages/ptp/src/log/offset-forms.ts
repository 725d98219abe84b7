import { numberOf, optionalNumber, optionalServo, optionalText, type LineForm } from "./line-form.ts";

/** `[CLOCK] rms R max M freq F +/- f [delay D +/- d]`: the same in ptp4l and phc2sys, all versions. */
export const summaryForm: LineForm = {
  pattern:
    /^(?:(?<clock>\S+) +)?rms +(?<rms>\d+) +max +(?<max>\d+) +freq +(?<freq>[+-]?\d+) +\+\/- +(?<freqDeviation>\d+)(?: +delay +(?<delay>-?\d+) +\+\/- +(?<delayDeviation>\d+))?$/,
  read: (groups) => ({
    kind: "offset-summary",
    ...optionalText("clock", groups["clock"]),
    rmsNs: numberOf(groups["rms"]),
    maxNs: numberOf(groups["max"]),
    freqPpb: numberOf(groups["freq"]),
    freqDeviationPpb: numberOf(groups["freqDeviation"]),
    ...optionalNumber("delayNs", groups["delay"]),
    ...optionalNumber("delayDeviationNs", groups["delayDeviation"]),
  }),
};

/** ptp4l, one per Sync: `master offset O sN freq F [path delay D]`. Another word than `master` names the clock. */
export const ptp4lOffsetForm: LineForm = {
  pattern:
    /^(?:master|(?<clock>\S+)) +offset +(?<offset>-?\d+) +(?<servo>s[0-3]) +freq +(?<freq>[+-]?\d+)(?: +path delay +(?<delay>-?\d+))?$/,
  read: (groups) => ({
    kind: "offset",
    ...optionalText("clock", groups["clock"]),
    reference: "time-transmitter",
    offsetNs: numberOf(groups["offset"]),
    ...optionalServo(groups["servo"]),
    freqPpb: numberOf(groups["freq"]),
    ...optionalNumber("delayNs", groups["delay"]),
    holdover: false,
  }),
};

/** phc2sys: `CLOCK phc|sys|pps offset O sN freq F [delay D]`. */
export const phc2sysOffsetForm: LineForm = {
  pattern:
    /^(?<clock>\S+) +(?<reference>phc|sys|pps) +offset +(?<offset>-?\d+) +(?<servo>s[0-3]) +freq +(?<freq>[+-]?\d+)(?: +delay +(?<delay>-?\d+))?$/,
  read: (groups) => ({
    kind: "offset",
    ...optionalText("clock", groups["clock"]),
    reference: groups["reference"] as "phc" | "sys" | "pps",
    offsetNs: numberOf(groups["offset"]),
    ...optionalServo(groups["servo"]),
    freqPpb: numberOf(groups["freq"]),
    ...optionalNumber("delayNs", groups["delay"]),
    holdover: false,
  }),
};

/** ts2phc, one per pulse: `CLOCK [master] offset O [sN] freq F [holdover]`; 3.1.1 prints an interface, 4.x a device. */
export const ts2phcOffsetForm: LineForm = {
  pattern:
    /^(?<clock>\S+)(?: +master)? +offset +(?<offset>-?\d+)(?: +(?<servo>s[0-3]))? +freq +(?<freq>[+-]?\d+)(?<holdover> +holdover)?$/,
  read: (groups) => ({
    kind: "offset",
    ...optionalText("clock", groups["clock"]),
    reference: "pps",
    offsetNs: numberOf(groups["offset"]),
    ...optionalServo(groups["servo"]),
    freqPpb: numberOf(groups["freq"]),
    holdover: groups["holdover"] !== undefined,
  }),
};

/** ts2phc: `CLOCK nmea_status 0|1 offset O sN`, the existing daemon's own form. */
export const nmeaStatusForm: LineForm = {
  pattern: /^(?<clock>\S+) +nmea_status +(?<available>[01]) +offset +(?<offset>-?\d+) +(?<servo>s[0-3])$/,
  read: (groups) => ({
    kind: "nmea-status",
    clock: groups["clock"] ?? "",
    available: groups["available"] === "1",
    offsetNs: numberOf(groups["offset"]),
    servo: optionalServo(groups["servo"]).servo ?? "s0",
  }),
};
