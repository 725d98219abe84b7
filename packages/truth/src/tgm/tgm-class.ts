import type { ClockAccuracy, GrandmasterSettings } from "@ptp/ptp";
import { unknownClockAccuracy, unknownLogVariance } from "@ptp/ptp";
import type { SyncState } from "@ptp/node";
import { accuracyOfOffset } from "../grandmaster/clock-accuracy.ts";
import type { AnnouncePlan } from "../grandmaster/announce-plan.ts";
import { ptpTimeProperties, timeSourceCode, type UtcOffset } from "../grandmaster/utc-offset.ts";

/**
 * Classes a T-GM announces, of those in ITU-T G.8275.1 table 3: 140, 150 and 160 say how good the frequency is that is left
 * when time is lost, which nobody tells.
 */
export type TgmClass = 6 | 7 | 248;

/** The class of a T-GM: 6 while locked, 7 in holdover, which is in specification by definition, else 248. */
export function tgmClass(state: SyncState): TgmClass {
  if (state === "LOCKED") return 6;
  return state === "HOLDOVER" ? 7 : 248;
}

/** Accuracy and variance of a clock that follows GNSS (G.8272 PRTC: 100 ns). */
const lockedQuality = { clockAccuracy: 0x21, offsetScaledLogVariance: 0x4e5d } as const;

/** How exact the clock still is: what its assumed offset says, unknown where there is none. */
export function tgmAccuracy(clockClass: TgmClass, assumedOffsetNs: number | undefined): ClockAccuracy {
  if (clockClass === 6) return lockedQuality.clockAccuracy;
  if (clockClass === 248 || assumedOffsetNs === undefined) return unknownClockAccuracy;
  return accuracyOfOffset(assumedOffsetNs);
}

/** GRANDMASTER_SETTINGS_NP of a T-GM of that class. */
export function tgmSettings(clockClass: TgmClass, clockAccuracy: ClockAccuracy, utc: UtcOffset): GrandmasterSettings {
  const isLocked = clockClass === 6;
  return {
    clockClass,
    clockAccuracy: isLocked ? lockedQuality.clockAccuracy : clockClass === 248 ? unknownClockAccuracy : clockAccuracy,
    offsetScaledLogVariance: isLocked ? lockedQuality.offsetScaledLogVariance : unknownLogVariance,
    ...ptpTimeProperties(utc, {
      currentUtcOffsetValid: true,
      timeTraceable: isLocked || clockClass === 7,
      frequencyTraceable: true,
      timeSource: isLocked ? timeSourceCode.gnss : timeSourceCode.internalOscillator,
    }),
  };
}

/** What a T-GM wants announced: one write, to its only ptp4l. */
export function tgmAnnouncePlan(
  { clockClass, clockAccuracy }: { readonly clockClass: TgmClass; readonly clockAccuracy: ClockAccuracy },
  configName: string,
  utc: UtcOffset,
): AnnouncePlan {
  return [{ kind: "grandmaster-settings", configName, value: tgmSettings(clockClass, clockAccuracy, utc) }];
}
