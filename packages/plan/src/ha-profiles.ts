import { haProfileNames } from "@ptp/ptp";
import { processKey } from "./node-paths.ts";
import type { ProfileContext, ProfilePeer } from "./profile-context.ts";
import { ProfileRefusal } from "./profile-refusal.ts";

/** True if the phc2sys of the profile chooses between the ptp4l of several profiles. */
export function isHa({ profile }: ProfileContext): boolean {
  return haProfileNames(profile.ptpSettings).length > 0;
}

/**
 * The profiles that `haProfiles` names, in its order, as far as they run a ptp4l.
 *
 * @throws ProfileRefusal if none of them does: such a phc2sys would never find a source.
 */
export function haPeers({ profile, peerByName, note }: ProfileContext): readonly ProfilePeer[] {
  const names = haProfileNames(profile.ptpSettings);
  const path = "ptpSettings[haProfiles]";
  const peers = names.flatMap((name) => {
    const peer = peerByName.get(name);
    if (peer?.runsPtp4l === true) return [peer];
    const why = peer === undefined ? "is not among the profiles of this node" : "does not run ptp4l";
    note(path, `${name} ${why} and is left out`);
    return [];
  });
  if (names.length > 0 && peers.length === 0)
    throw new ProfileRefusal(path, `none of ${names.join(", ")} runs a ptp4l on this node: name profiles that do`);
  return peers;
}

/** Keys of the processes of a profile whose offsets tell that its clock is near the right time. */
export function sourceKeys({ runId, runsPtp4l, runsTs2phc }: ProfilePeer): readonly string[] {
  return [...(runsTs2phc ? [processKey("ts2phc", runId)] : []), ...(runsPtp4l ? [processKey("ptp4l", runId)] : [])];
}
