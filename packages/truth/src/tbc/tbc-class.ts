import type { SyncState } from "@ptp/node";
import { unknownClockAccuracy, unknownLogVariance } from "@ptp/ptp";
import type { ClockIdentity, CurrentDataSet, GrandmasterSettings, ParentDataSet, TimeProperties } from "@ptp/ptp";
import type { AnnouncePlan } from "../grandmaster/announce-plan.ts";
import { ptpTimeProperties, timeSourceCode, type UtcOffset } from "../grandmaster/utc-offset.ts";

/** What the receiving ptp4l learned of its grandmaster. */
export interface UpstreamData {
  readonly parent: ParentDataSet;
  readonly timeProperties: TimeProperties;
  readonly current: CurrentDataSet;
}

/** What the class of a T-BC depends on, its state aside. */
export interface TbcQuality {
  readonly inSpec: boolean;
  /** Class of the grandmaster it follows, or followed last; undefined: it was never told. */
  readonly upstreamClass: number | undefined;
  readonly givesTime: boolean;
}

/**
 * The class a T-BC stands for: its grandmaster's while locked, 135 and 165 in holdover in and out of specification, but
 * never better than what it followed, else 248. A T-TSC gives time to nobody and is 255.
 */
export function tbcClass(state: SyncState, { inSpec, upstreamClass = 248, givesTime }: TbcQuality): number {
  if (!givesTime) return 255;
  if (state === "LOCKED") return upstreamClass;
  if (state === "HOLDOVER") return Math.max(inSpec ? 135 : 165, upstreamClass);
  return 248;
}

/** Names of the two halves of a T-BC. */
export interface TbcConfigs {
  /** Of the ptp4l that receives time. */
  readonly receiver: string;
  /** Of those that give it, in the order of their run ids; none on a T-TSC. */
  readonly transmitters: readonly string[];
  readonly clockIdentity: ClockIdentity;
}

/** What a T-BC knows when it decides what to announce. */
export interface TbcAnnouncement {
  readonly state: SyncState;
  readonly clockClass: number;
  /** The grandmaster's data now, while locked. */
  readonly upstream: UpstreamData | undefined;
  /** Its time properties when the clock was last locked, with the leap seconds that came since. */
  readonly lastTimeProperties: TimeProperties | undefined;
  readonly utc: UtcOffset;
}

/**
 * What a T-BC wants announced, in order. Locked: each giving ptp4l passes on the grandmaster, first whose time it is, then
 * its quality. Otherwise the clock stands for itself, there and towards its own upstream. A T-TSC announces nothing.
 */
export function tbcAnnouncePlan(announcement: TbcAnnouncement, configs: TbcConfigs): AnnouncePlan {
  const { state, upstream } = announcement;
  if (configs.transmitters.length === 0) return [];
  if (state === "LOCKED" && upstream !== undefined) return passedOn(upstream, configs.transmitters);
  const external = { grandmasterIdentity: configs.clockIdentity, stepsRemoved: 0 };
  const settings = ownSettings(announcement);
  return [
    ...configs.transmitters.flatMap((configName) => [
      { kind: "external-grandmaster", configName, value: external } as const,
      { kind: "grandmaster-settings", configName, value: settings } as const,
    ]),
    { kind: "grandmaster-settings", configName: configs.receiver, value: settings },
  ];
}

/**
 * What stands for a T-TSC on its ptp4l where that was written to before: it gave time then, and what it announced of itself
 * would still be compared with the grandmasters that it hears. Nothing of it can win as 255.
 */
export function formerTbcAnnouncePlan(configName: string, utc: UtcOffset): AnnouncePlan {
  const announcement = {
    state: "FREERUN",
    clockClass: 255,
    upstream: undefined,
    lastTimeProperties: undefined,
  } as const;
  return [{ kind: "grandmaster-settings", configName, value: ownSettings({ ...announcement, utc }) }];
}

function passedOn({ parent, timeProperties, current }: UpstreamData, transmitters: readonly string[]): AnnouncePlan {
  const external = { grandmasterIdentity: parent.grandmasterIdentity, stepsRemoved: current.stepsRemoved };
  const settings: GrandmasterSettings = {
    clockClass: parent.grandmasterClockClass,
    clockAccuracy: parent.grandmasterClockAccuracy,
    offsetScaledLogVariance: parent.grandmasterOffsetScaledLogVariance,
    ...timeProperties,
  };
  return transmitters.flatMap((configName) => [
    { kind: "external-grandmaster", configName, value: external } as const,
    { kind: "grandmaster-settings", configName, value: settings } as const,
  ]);
}

/** In holdover what was last known of UTC still holds; a free-running clock vouches for nothing. */
function ownSettings({ state, clockClass, lastTimeProperties, utc }: TbcAnnouncement): GrandmasterSettings {
  const known = state === "HOLDOVER" && clockClass !== 248 ? lastTimeProperties : undefined;
  return {
    clockClass,
    clockAccuracy: unknownClockAccuracy,
    offsetScaledLogVariance: unknownLogVariance,
    ...ptpTimeProperties(known ?? { ...utc, leap61: false, leap59: false }, {
      currentUtcOffsetValid: known?.currentUtcOffsetValid ?? false,
      timeTraceable: clockClass === 135,
      frequencyTraceable: false,
      timeSource: timeSourceCode.internalOscillator,
    }),
  };
}
