import type { JsonValue } from "@ptp/node";

/** A field of a profile that differs; absent sides are absent there. */
export interface FieldChange {
  /** Within the profile, such as `ptp4lConf` or `ptpClockThreshold.holdOverTimeout`. */
  readonly path: string;
  readonly old?: JsonValue;
  readonly new?: JsonValue;
  /** Why it differs, where a rule of the move explains it. */
  readonly note?: string;
}

/** A profile of one node that differs between the existing stack and here. */
export interface ProfileChange {
  /** Qualified name. */
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  /** For `added` and `removed`: which recommendation decides it, and why. */
  readonly why?: readonly string[];
  /** For `changed`; in the order of the custom resource's fields. */
  readonly fields?: readonly FieldChange[];
}

/** A process that would not go on as it is. */
export interface ProcessChange {
  readonly name: string;
  /** Qualified name of its profile. */
  readonly profile: string;
  readonly change: "start" | "stop" | "restart";
  /** For `restart`: `argv`, `wrapper`, `run id`, `facts read at start`, or the path of a file that differs. */
  readonly what?: readonly string[];
}

/** What the move changes on one node. */
export interface NodeChange {
  readonly equal: boolean;
  /** Why nothing, or not all, could be compared. */
  readonly problems?: readonly string[];
  readonly profiles: readonly ProfileChange[];
  readonly processes: readonly ProcessChange[];
  /** Profiles that an agent here would not run. */
  readonly refused: readonly { readonly profile: string; readonly path: string; readonly reason: string }[];
}
