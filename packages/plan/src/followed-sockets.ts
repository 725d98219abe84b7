import { haProblems, haProfileNames, haSettings, parseConf, parseOpts, splitOpts, type CommandOption } from "@ptp/ptp";
import { domainNumberOf } from "./domain-number.ts";
import { haPeers } from "./ha-profiles.ts";
import { hasOption } from "./has-option.ts";
import { ptp4lSocketPath } from "./node-paths.ts";
import { ptp4lOptsOf, type ProfileContext, type ProfilePeer } from "./profile-context.ts";
import { ProfileRefusal } from "./profile-refusal.ts";

/** The words that tell a phc2sys whom it may follow, and who that is. */
export interface FollowedSockets {
  /** The user's options, without those that the agent sets itself. */
  readonly opts: string;
  /** To come after them. */
  readonly added: readonly string[];
  /** Profiles whose ptp4l it may follow, beside its own. */
  readonly peers: readonly ProfilePeer[];
}

/**
 * Whom the phc2sys of a profile may follow: every profile of `haProfiles`, among which it chooses by itself, or the one
 * that the agent chose. With a single socket phc2sys can follow nobody else, also if that one fails, and what the agent
 * chooses is all that its command line has to say: another choice is another command line, and nothing else changes.
 *
 * @throws ProfileRefusal if its `highAvailability` is wrong.
 */
export function followedSockets(context: ProfileContext): FollowedSockets {
  const { profile } = context;
  const opts = profile.phc2sysOpts ?? "";
  refuseWrongHa(context);
  const peers = haPeers(context);
  const chosen = chosenPeer(context, peers);
  if (chosen === undefined) return { opts, added: peers.flatMap(socketOf), peers };
  const options = parseOpts(splitOpts(opts), "phc2sys");
  if (!hasOption(options, "a")) {
    const reason =
      "enableHA true needs a phc2sys that takes its source from a ptp4l: write -a -r, or set enableHA false";
    throw new ProfileRefusal("phc2sysOpts", reason);
  }
  const kept = options.filter(({ kind, name }) => kind !== "stray" && !namesSource.has(name));
  return { opts: kept.flatMap(wordsOf).join(" "), added: [...domainOf(chosen), ...socketOf(chosen)], peers: [chosen] };
}

/** What follows from the source: its socket, and its domain, of which there is one for each socket. */
const namesSource: ReadonlySet<string> = new Set(["z", "n", "uds_address", "domainNumber"]);

function refuseWrongHa({ profile: { highAvailability, ptpSettings } }: ProfileContext): void {
  if (highAvailability === undefined) return;
  const [first, ...more] = haProblems(highAvailability, haProfileNames(ptpSettings));
  if (first === undefined) return;
  const reason = [first.reason, ...more.map(({ path, reason }) => `${path}: ${reason}`)].join("; ");
  throw new ProfileRefusal(first.path, reason);
}

function chosenPeer({ profile, choices }: ProfileContext, peers: readonly ProfilePeer[]) {
  const settings = haSettings(
    profile.highAvailability ?? {},
    peers.map((peer) => peer.profile.name),
  );
  if (settings === undefined) return undefined;
  const chosen = choices.sourceByProfile.get(profile.name);
  const name = settings.order.find((each) => each === chosen) ?? settings.order[0];
  return peers.find((peer) => peer.profile.name === name);
}

function socketOf({ runId }: ProfilePeer): readonly string[] {
  return ["-z", ptp4lSocketPath(runId)];
}

function domainOf({ profile }: ProfilePeer): readonly string[] {
  const options = parseOpts(splitOpts(ptp4lOptsOf(profile) ?? ""), "ptp4l");
  return ["-n", String(domainNumberOf(parseConf(profile.ptp4lConf ?? "").conf, options))];
}

function wordsOf({ kind, name, value }: CommandOption): readonly string[] {
  if (kind === "short") return [`-${name}`, ...(value === undefined ? [] : [value])];
  return [value === undefined ? `--${name}` : `--${name}=${value}`];
}
