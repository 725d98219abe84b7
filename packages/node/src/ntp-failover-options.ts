import { isJsonObject } from "./json.ts";
import type { NodeProfile } from "./node-profile.ts";

/** Options of the plug-in `ntpfailover`. */
export interface NtpFailoverOptions {
  /** How long ts2phc may not be stable before NTP takes over. */
  readonly toleranceMs: number;
  /** How long it has for that after it was configured. */
  readonly startupDelayMs: number;
}

const defaults = { ts2phcTolerance: 5_000, startupDelay: 90_000 } as const;

/**
 * What a profile says of NTP failover; undefined if it does not ask for it, or has not both programs to choose from. A
 * duration that cannot be read is the default one.
 */
export function ntpFailoverOptions({ plugins, phc2sysOpts, chronydOpts }: NodeProfile): NtpFailoverOptions | undefined {
  const options = plugins?.["ntpfailover"];
  if (options === undefined || !isJsonObject(options) || options["gnssFailover"] !== true) return undefined;
  if ((phc2sysOpts ?? "") === "" || (chronydOpts ?? "") === "") return undefined;
  const durationOf = (key: keyof typeof defaults) => durationMs(options[key]) ?? defaults[key];
  return { toleranceMs: durationOf("ts2phcTolerance"), startupDelayMs: durationOf("startupDelay") };
}

const msByUnit: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `90s`, `1m30s`, `500ms`. */
function durationMs(text: unknown): number | undefined {
  if (typeof text !== "string" || !/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h)){1,4}$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  return [...parts].reduce((sum, [, number, unit]) => sum + Number(number) * (msByUnit[unit ?? ""] ?? 0), 0);
}
