import type { ExternalGrandmaster, GrandmasterSettings } from "@ptp/ptp";

/** One value that a ptp4l shall announce, by the name of its configuration, such as `ptp4l.0.config`. */
export type AnnounceWrite =
  | { readonly kind: "grandmaster-settings"; readonly configName: string; readonly value: GrandmasterSettings }
  | {
      readonly kind: "external-grandmaster";
      readonly configName: string;
      readonly value: ExternalGrandmaster;
    };

/**
 * What a clock wants announced, as a value: the writes in the order in which they are made. Whoever carries it out makes
 * the first pending one, reads it back and asks again; nothing is taken for written that was not read.
 */
export type AnnouncePlan = readonly AnnounceWrite[];

/** What a ptp4l answered when it was asked last; absent: not asked yet, or not since its last start. */
export interface AnnounceReadBack {
  readonly settings?: GrandmasterSettings;
  readonly external?: ExternalGrandmaster;
}

/** The writes whose value is not what was read back, in order; the first is to be made next. */
export function pendingWrites(
  plan: AnnouncePlan,
  readBackByConfig: ReadonlyMap<string, AnnounceReadBack>,
): readonly AnnounceWrite[] {
  return plan.filter((write) => !isVerified(write, readBackByConfig.get(write.configName) ?? {}));
}

/** Whether what was read back is what the write wants. */
export function isVerified(write: AnnounceWrite, readBack: AnnounceReadBack): boolean {
  switch (write.kind) {
    case "grandmaster-settings":
      return readBack.settings !== undefined && holds(write.value, readBack.settings);
    case "external-grandmaster":
      return readBack.external !== undefined && holds(write.value, readBack.external);
  }
}

/** Every field that is wanted, and no other: a later linuxptp may answer more. */
function holds<T extends object>(wanted: T, seen: T): boolean {
  return (Object.keys(wanted) as (keyof T)[]).every((key) => wanted[key] === seen[key]);
}
