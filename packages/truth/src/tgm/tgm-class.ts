import type { ClockAccuracy, GrandmasterSettings } from "@ptp/ptp";
import { unknownClockAccuracy, unknownLogVariance } from "@ptp/ptp";
import type { SyncState } from "@ptp/node";
import { accuracyOfOffset } from "../grandmaster/clock-accuracy.ts";
import type { AnnouncePlan } from "../grandmaster/announce-plan.ts";
import { ptpTimeProperties, timeSourceCode, type UtcOffset } from "../grandmaster/utc-offset.ts";

/** Classes a T-GM announces (ITU-T G.8275.1 table 3). */
export type TgmClass = 6 | 7 | 140 | 150 | 160 | 248;

/** Category of the frequency source that is left when time is lost: 1 as good as a PRC, 2 and 3 as good as an SSU. */
export type FrequencyCategory = 1 | 2 | 3;

const outOfSpecClass = { 1: 140, 2: 150, 3: 160 } as const;

/** Whether `clockClass` is one that a T-GM announces. */
export function isTgmClass(clockClass: number): clockClass is TgmClass {
  return [6, 7, 140, 150, 160, 248].includes(clockClass);
}

/**
 * The class of a T-GM: 6 while locked, 7 in holdover, which is in specification by definition, then by the frequency source
 * it still follows if it ever had the time, else 248.
 */
export function tgmClass(state: SyncState, lostTime: boolean, category: FrequencyCategory | undefined): TgmClass {
  if (state === "LOCKED") return 6;
  if (state === "HOLDOVER") return 7;
  return lostTime && category !== undefined ? outOfSpecClass[category] : 248;
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
