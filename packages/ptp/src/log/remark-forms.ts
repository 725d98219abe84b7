import { startsWith, type LineForm } from "./line-form.ts";

/*
 * Lines that are known and say nothing of any state. They have rows so that what is left over is news to us: a line that
 * no form fits is counted as a parse miss.
 */

function remarks(...words: readonly RegExp[]): readonly LineForm[] {
  return words.map((pattern) => startsWith(pattern, { kind: "remark" }));
}

/** Of any program of linuxptp. */
export const linuxptpRemarks: readonly LineForm[] = remarks(
  /^config item \S+ is /,
  /^(?:selected|Switched to) \/dev\/ptp\d+ as PTP clock$/,
  /^PI servo: sync interval /,
  /^linreg: /,
  /^port [0-9a-f.]{1,24}-\d{1,5} changed state$/,
  /^reconfiguring after port state change$/,
  /^(?:uds: removed existing|uds port: management forward failed)/,
  /^ioctl \w{1,32} failed: /,
  /^failed to open netlink socket/,
  /^increasing tx_timestamp_timeout /,
  /^(?:nothing to synchronize|no suitable ports available|poll failed|poll returns zero, no events)\b/,
  /^skipping \S+: \S+ has the same clock and is already selected$/,
  /^option \S+ is deprecated/,
  /^(?:updating UTC offset to|adjusting UTC offset|leap second) /i,
  /^clock (?:set to (?:insert|delete) leap second at midnight|update suspended due to leap second)/,
  /^(?:nmea: )?updating leap seconds file/,
  /^missing expiration date in /,
  /^(?:no (?:source|reference)(?: clock)?, )?selecting \S+ (?:as (?:the )?(?:default|master|source|reference)(?: clock)?|by default)$/,
  /^(?:waiting \S+ seconds to clear|clearing) fault on port \d{1,5}$/,
  /^subscriber \S+ timed out$/,
);

/** Of ts2phc, one or more per pulse at a verbose level. */
export const ts2phcRemarks: readonly LineForm[] = remarks(
  /^adding tstamp [\d.]+ to clock \S+$/,
  /^\S+ (?:SKIP )?extts index \d+ at /,
  /^nmea (?:sentence: |delay: )/,
  /^(?:PPS sink|PHC slave|PHC) \S+ has ptp index /,
  /^PTP_MASK_\w{1,32} request failed$/,
  /^assuming external reference clock$/,
  /^sock_open: /,
  /^UTC-TAI offset not set in system/,
  /^\S+ timestamp not valid, skipping$/,
  /^\S+ lost holdover lock \(offset -?\d{1,20}\)$/,
);

/** Of synce4l, that name no state. */
export const synce4lRemarks: readonly LineForm[] = remarks(
  /^(?:\w{1,48}: |Created|Initialized|synce4l|device|port|clock)/i,
  /^EEC\b/,
);

/** Of gpsd and gpspipe. */
export const gpsdRemarks: readonly LineForm[] = remarks(/^gpsd:/, /^gpspipe:/);
