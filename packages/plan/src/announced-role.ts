import { settingOf, type ProfileContext } from "./profile-context.ts";
import { ProfileRefusal } from "./profile-refusal.ts";
import type { ProcessSpec } from "./run-plan.ts";

const field = "ptpSettings[controllingProfile]";

/**
 * The ptp4l of a profile with what the agent has it announce. ptp4l keeps what was written to it until it ends, and only its
 * file says what it announces by itself: so the role is part of what makes two specs the same process, and a ptp4l starts
 * anew when its role ends, begins or is given by another profile.
 *
 * @param readsGnss A ts2phc of the profile is fed through gpsd.
 */
export function withAnnouncedRole(spec: ProcessSpec, context: ProfileContext, readsGnss: boolean): ProcessSpec {
  const controller = controllerOf(context);
  const readAtStart = [
    ...(readsGnss ? ["announces T-GM"] : []),
    ...(isTbc(context) ? ["announces T-BC"] : []),
    ...(controller === undefined ? [] : [`announces T-BC of ${controller}`]),
  ];
  return readAtStart.length === 0 ? spec : { ...spec, readAtStart };
}

/** The other profile that has a T-BC whose time this one gives on. */
function controllerOf({ profile, peerByName }: ProfileContext): string | undefined {
  const name = settingOf(profile, "controllingProfile") ?? "";
  const peer = peerByName.get(name);
  return peer !== undefined && name !== profile.name && isTbc(peer) ? name : undefined;
}

function isTbc({ profile }: Pick<ProfileContext, "profile">): boolean {
  return settingOf(profile, "clockType") === "T-BC";
}

/**
 * Looks at who decides what the ptp4l of the profile announces. One that is a T-BC itself is told of only, since profiles
 * recorded with the existing stack say both; so is one that names a profile which may be recommended later.
 *
 * @throws ProfileRefusal if it gives its own time on, or is a T-GM that gives on another's.
 */
export function checkAnnouncedRole(context: ProfileContext): void {
  const { profile, peerByName, note } = context;
  const name = settingOf(profile, "controllingProfile") ?? "";
  if (name === "") return;
  if (name === profile.name)
    throw new ProfileRefusal(field, `${name} names itself: name the profile whose time it gives on, or remove it`);
  const clockType = settingOf(profile, "clockType");
  if (clockType === "T-GM")
    throw new ProfileRefusal(field, `a T-GM announces its own time, not that of ${name}: remove it, or clockType T-GM`);
  if (!peerByName.has(name))
    note(
      field,
      `${name} is no profile of this node, so that nothing is given on: correct it, or recommend that profile`,
    );
  if (clockType === "T-BC")
    note(field, `with clockType T-BC its own DPLLs, if it has any, decide instead of ${name}: remove one of the two`);
}
