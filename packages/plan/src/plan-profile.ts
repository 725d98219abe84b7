import { ntpFailoverOptions } from "@ptp/node";
import { interfaceSections, parseConf } from "@ptp/ptp";
import { checkAnnouncedRole, withAnnouncedRole } from "./announced-role.ts";
import { checkManagementNeeds } from "./management-needs.ts";
import { planChronyd } from "./plan-chronyd.ts";
import { planPhc2sys } from "./plan-phc2sys.ts";
import { planPtp4l } from "./plan-ptp4l.ts";
import { planSynce4l } from "./plan-synce4l.ts";
import { planTimemaster } from "./plan-timemaster.ts";
import { planTs2phc } from "./plan-ts2phc.ts";
import { checkPlugins } from "./profile-plugins.ts";
import { noteScheduling } from "./process-wrapper.ts";
import { createProfileContext, type NodeContext, type ProfileContext } from "./profile-context.ts";
import { ProfileRefusal } from "./profile-refusal.ts";
import type { PlanNotice, ProcessSpec, Ptp4lInstance } from "./run-plan.ts";

/** What became of one profile. */
export type PlannedProfile =
  | {
      readonly outcome: "applied";
      /** In the order of the existing stack: chronyd, gpsd, gpspipe, ts2phc, synce4l, ptp4l, phc2sys, timemaster. */
      readonly processes: readonly ProcessSpec[];
      readonly ptp4lInstances: readonly Ptp4lInstance[];
      /** Interfaces whose metrics need an alias. */
      readonly interfaces: readonly string[];
      readonly notices: readonly PlanNotice[];
    }
  | {
      readonly outcome: "refused";
      readonly path: string;
      readonly reason: string;
      readonly notices: readonly PlanNotice[];
    };

/** Plans one profile: all of it, or nothing with the reason. */
export function planProfile(node: Omit<NodeContext, "note">): PlannedProfile {
  const notices: PlanNotice[] = [];
  const note = (path: string, message: string): void => {
    // A bad text must not flood a report.
    if (notices.length < maxNotices) notices.push({ profile: node.profile.name, path, message });
  };
  try {
    const context = createProfileContext({ ...node, note });
    return { ...planProcesses(context), notices };
  } catch (error) {
    if (!(error instanceof ProfileRefusal)) throw error;
    return { outcome: "refused", path: error.path, reason: error.message, notices };
  }
}

/** Of the two programs of NTP failover one runs at a time; a profile that cannot run both is refused all the same. */
function isPassedOver({ profile, choices: { keeperByProfile } }: ProfileContext, { program }: ProcessSpec): boolean {
  if (keeperByProfile === undefined || ntpFailoverOptions(profile) === undefined) return false;
  const keeper = keeperByProfile.get(profile.name) ?? "phc2sys";
  return (program === "phc2sys" || program === "chronyd") && program !== keeper;
}

const maxNotices = 50;

type Planned = Omit<Extract<PlannedProfile, { readonly outcome: "applied" }>, "notices">;

function planProcesses(context: ProfileContext): Planned {
  const { profile } = context;
  if (profile.name === "") throw new ProfileRefusal("name", "a profile needs a name: give it one");
  if (!/^[^\s/]+$/.test(context.nodeName))
    throw new ProfileRefusal("name", `${JSON.stringify(context.nodeName)} cannot be a node's name: correct NODE_NAME`);
  checkPlugins(context);
  checkManagementNeeds(context);
  checkAnnouncedRole(context);
  noteScheduling(context);
  const ts2phc = planTs2phc(context);
  const ptp4l = planPtp4l(context);
  const readsGnss = ts2phc?.specs.some(({ program }) => program === "gpsd") === true;
  const processes = [
    planChronyd(context),
    ...(ts2phc?.specs ?? []),
    planSynce4l(context),
    ptp4l && withAnnouncedRole(ptp4l.spec, context, readsGnss),
    planPhc2sys(context),
    planTimemaster(context),
  ].filter((spec) => spec !== undefined && !isPassedOver(context, spec)) as ProcessSpec[];
  return {
    outcome: "applied",
    processes,
    ptp4lInstances: ptp4l === undefined ? [] : [ptp4l.instance],
    interfaces: [
      ...(ptp4l?.instance.interfaces ?? []),
      ...(ts2phc?.interfaces ?? []),
      ...(profile.phc2sysOpts ? interfaceSections(parseConf(profile.phc2sysConf ?? "").conf) : []),
    ],
  };
}
