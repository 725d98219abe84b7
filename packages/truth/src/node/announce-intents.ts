import type { ClockIdentity } from "@ptp/ptp";
import type { AnnouncePlan } from "../grandmaster/announce-plan.ts";
import type { UtcOffset } from "../grandmaster/utc-offset.ts";
import { clockIdentityOf } from "../tbc/clock-identity-of.ts";
import { heldUtc } from "../tbc/held-utc.ts";
import { formerTbcAnnouncePlan, tbcAnnouncePlan } from "../tbc/tbc-class.ts";
import { upstreamData } from "../tbc/tbc-clock.ts";
import { tgmAnnouncePlan } from "../tgm/tgm-class.ts";
import type { NodeMachine } from "./node-machines.ts";
import type { NodeState } from "./node-state.ts";
import { givesTimeOf, type BegunTbc, type NodeTbc } from "./node-tbc.ts";
import type { NodeTgm } from "./node-tgm.ts";

const nothing: AnnouncePlan = [];

/**
 * What the clocks of a node want announced now, over all of its ptp4l, in the order in which it is written. A clock whose
 * state is not known yet wants nothing: what ptp4l has from its file stands until then. A clock that is not there any more
 * wants nothing either: its plan starts its ptp4l anew (`withAnnouncedRole`), which forgets what was written. `utc`: what the
 * leap second list says.
 */
export function announceIntents(state: NodeState, utc: UtcOffset = state.leap.utc.value): AnnouncePlan {
  if (state.machines.length === 0) return nothing;
  return state.machines.flatMap((machine) => intentsOf(state, machine, utc));
}

/** True only if both want the same announced, told without making it: asked for every line, most of which measure something. */
export function announceAlike(before: NodeState, after: NodeState): boolean {
  if (before.plan !== after.plan || before.profiles !== after.profiles) return false;
  return before.machines === after.machines && before.leap === after.leap;
}

function intentsOf(state: NodeState, machine: NodeMachine, utc: UtcOffset): AnnouncePlan {
  switch (machine.kind) {
    case "t-bc":
      return machine.begun === undefined ? nothing : tbcIntents(state, machine, machine.begun, utc);
    case "t-gm":
      return tgmIntents(state, machine, utc);
    case "ts2phc":
    case "synce":
    case "chrony":
    case "ntp-failover":
      return nothing;
  }
}

function tgmIntents({ plan }: NodeState, { profile, clock }: NodeTgm, utc: UtcOffset): AnnouncePlan {
  const configName = plan.ptp4lInstances.find((each) => each.profile === profile)?.configName;
  if (clock.status.state === "UNKNOWN" || configName === undefined) return nothing;
  const { clockClass, clockAccuracy } = clock;
  return tgmAnnouncePlan({ clockClass: clockClass.value, clockAccuracy }, configName, utc);
}

/** A T-BC that is locked and was not told all of its grandmaster passes on nothing of it. */
function tbcIntents(state: NodeState, tbc: NodeTbc, begun: BegunTbc, utc: UtcOffset): AnnouncePlan {
  const { clock } = begun;
  const upstream = upstreamData(clock);
  const { state: sync } = clock.status;
  const receiver = state.plan.ptp4lInstances.find(({ key }) => key === tbc.key)?.configName;
  const clockIdentity = identityOf(state, tbc, begun);
  if (receiver !== undefined && begun.gaveTime && !begun.options.givesTime) return formerTbcAnnouncePlan(receiver, utc);
  if (sync === "UNKNOWN" || receiver === undefined || clockIdentity === undefined) return nothing;
  if (sync === "LOCKED" && upstream === undefined) return nothing;
  const { lastTime } = clock;
  const own = { list: state.leap.inForce.list, utc, unixMs: begun.at.unixMs };
  const lastTimeProperties = lastTime && { ...lastTime.value, ...heldUtc(lastTime, own) };
  const announcement = { state: sync, clockClass: clock.clockClass.value, upstream, lastTimeProperties, utc };
  return tbcAnnouncePlan(announcement, { receiver, transmitters: transmittersOf(state, tbc.profile), clockIdentity });
}

/**
 * Names of the ptp4l whose profiles say that this one controls them, in the order of their run ids. One that has a T-GM, or
 * a T-BC whose DPLLs were heard of, is announced by that alone: two that write to one ptp4l would do so in turns forever.
 */
function transmittersOf({ plan, profiles, machines }: NodeState, profile: string): readonly string[] {
  const own = machines.flatMap((each) =>
    each.kind === "t-gm" || (each.kind === "t-bc" && each.begun !== undefined) ? [each.profile] : [],
  );
  const names = new Set(givesTimeOf(profile, profiles).filter((name) => !own.includes(name)));
  return plan.ptp4lInstances.filter((each) => names.has(each.profile)).map(({ configName }) => configName);
}

/** As the profile says, or else that of the receiving ptp4l. */
function identityOf(
  { profiles }: NodeState,
  { profile }: NodeTbc,
  { leadingInterface, clockIdentity: own }: BegunTbc,
): ClockIdentity | undefined {
  const settings = profiles.find(({ name }) => name === profile)?.ptpSettings;
  const clockId = settings?.[`clockId[${leadingInterface}]`];
  return clockId === undefined ? own : (clockIdentityOf(clockId, undefined) ?? own);
}
