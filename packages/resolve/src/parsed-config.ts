import type { Finding } from "@ptp/api";
import type { NodeProfile } from "@ptp/node";
import type { MatchRule } from "./match-rules.ts";
import type { ObjectRef } from "./object-ref.ts";

/** A profile of a config, read once. */
export interface ParsedProfile {
  /** As the config names it. */
  readonly name: string;
  /** `spec.profile[<index>]` */
  readonly path: string;
  /** Under its bare name; absent if the profile is invalid. */
  readonly profile?: NodeProfile;
  /** The first thing wrong with it, for people. */
  readonly problem?: string;
  /** Interfaces on which its ptp4l opens ports, sorted. */
  readonly interfaces: readonly string[];
  /** Whether its phc2sys sets the system clock. */
  readonly setsSystemClock: boolean;
  /** The Secret key its `sa_file` names. */
  readonly secret?: { readonly secretName: string; readonly key: string };
}

/** A recommendation of a config, read once. */
export interface ParsedRecommendation {
  readonly index: number;
  readonly profile: string;
  /** Absent: weaker than any number. */
  readonly priority?: number;
  readonly match: readonly MatchRule[];
  /** Why it can select nothing on any node, for people. */
  readonly problem?: string;
}

/** A PtpConfig or NodePTPCfg after validation: what of it can be used, and what is wrong with the rest. */
export interface ParsedConfig {
  readonly ref: ObjectRef;
  /** By bare name; the first of equal names. */
  readonly profiles: ReadonlyMap<string, ParsedProfile>;
  readonly recommendations: readonly ParsedRecommendation[];
  /** What an empty match selects: every node, or with the annotation none. */
  readonly emptyMatchSelects: "every" | "none";
  /** What validation and admission found; references to other objects are judged elsewhere. */
  readonly errors: readonly Finding[];
}
