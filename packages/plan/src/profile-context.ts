import type { HostFacts, NodeProfile } from "@ptp/node";
import { parseConf, type ParsedConf } from "@ptp/ptp";
import { profileClockType } from "./profile-clock-type.ts";
import type { RunChoices } from "./run-choices.ts";
import type { ClockType } from "./run-plan.ts";
import type { SecretFile } from "./secret-files.ts";

/** What other profiles may ask about a profile of the same node, whether that one can be planned or not. */
export interface ProfilePeer {
  readonly profile: NodeProfile;
  readonly runId: number;
  readonly runsPtp4l: boolean;
  readonly runsTs2phc: boolean;
}

/** Everything the planners of one profile read, and where they put their remarks. */
export interface ProfileContext {
  readonly profile: NodeProfile;
  readonly runId: number;
  readonly nodeName: string;
  readonly facts: HostFacts;
  /** Every profile of the node by name, this one included. */
  readonly peerByName: ReadonlyMap<string, ProfilePeer>;
  readonly choices: RunChoices;
  /** Files of Secret keys by path. */
  readonly secretFileByPath: ReadonlyMap<string, SecretFile>;
  /** `ptp4lConf` as written, parsed. */
  readonly ptp4lConf: ParsedConf;
  readonly clockType: ClockType;
  /** Adds a remark; `path` is a field within the profile. */
  readonly note: (path: string, message: string) => void;
}

/** The part of a context that does not follow from the profile alone. */
export type NodeContext = Omit<ProfileContext, "ptp4lConf" | "clockType">;

/** Completes a context with what follows from the profile. */
export function createProfileContext(node: NodeContext): ProfileContext {
  const ptp4lConf = parseConf(node.profile.ptp4lConf ?? "");
  return { ...node, ptp4lConf, clockType: profileClockType(node.profile, ptp4lConf.conf) };
}

/** Options of ptp4l, or undefined if the profile does not run it: only an explicit empty string suppresses it. */
export function ptp4lOptsOf({ ptp4lOpts = " " }: NodeProfile): string | undefined {
  return ptp4lOpts === "" ? undefined : ptp4lOpts;
}

/** What a profile tells its peers. */
export function createPeer(profile: NodeProfile, runId: number): ProfilePeer {
  const runsPtp4l = ptp4lOptsOf(profile) !== undefined;
  return { profile, runId, runsPtp4l, runsTs2phc: (profile.ts2phcOpts ?? "") !== "" };
}

/** A setting of the profile; undefined if it has none of that name. */
export function settingOf({ ptpSettings = {} }: NodeProfile, key: string): string | undefined {
  return Object.hasOwn(ptpSettings, key) ? ptpSettings[key] : undefined;
}
