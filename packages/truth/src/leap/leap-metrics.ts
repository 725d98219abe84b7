import type { LeapView } from "./leap-view.ts";

/** Metrics of leap seconds, by the key under which samples name them. */
export const leapMetricFamilies = {
  leapListExpiry: {
    name: "ptp_leap_list_expiry_timestamp_seconds",
    help: "Unix time from which ts2phc takes no time by the leap second list that it is given",
    type: "gauge",
    labels: ["node", "origin"],
  },
  leapListVouched: {
    name: "ptp_leap_list_vouched_until_timestamp_seconds",
    help: "Unix time until which the publisher of that list vouches for it",
    type: "gauge",
    labels: ["node", "origin"],
  },
  utcOffset: {
    name: "ptp_utc_offset_seconds",
    help: "TAI minus UTC by that list",
    type: "gauge",
    labels: ["node"],
  },
  leapPending: {
    name: "ptp_leap_second_pending",
    help: "1 = a second is inserted at the end of this UTC day, -1 = one is left out, 0 = neither",
    type: "gauge",
    labels: ["node"],
  },
} as const;

/** One value of one of them. */
export interface LeapSample {
  readonly family: keyof typeof leapMetricFamilies;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples of a node whose programs ask for leap seconds; none of another. */
export function leapSamples(node: string, leap: LeapView | undefined): readonly LeapSample[] {
  if (leap === undefined) return [];
  const { origin, expiresUnixMs, vouchedUntilUnixMs, utc } = leap;
  return [
    { family: "leapListExpiry", labels: { node, origin }, value: expiresUnixMs / 1000 },
    { family: "leapListVouched", labels: { node, origin }, value: vouchedUntilUnixMs / 1000 },
    { family: "utcOffset", labels: { node }, value: utc.currentUtcOffsetS },
    { family: "leapPending", labels: { node }, value: Number(utc.leap61) - Number(utc.leap59) },
  ];
}
