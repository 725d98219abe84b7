import type { Instant } from "@ptp/node";
import { dpllFreshnessMs, dpllOffsetNs, followsPulse, type DpllClock, type DpllOptions } from "../dpll/dpll-clock.ts";
import { gnssFreshnessMs } from "../gnss/gnss-receiver.ts";
import type { DpllView, PartViews, ReceiverView, SynceView, TelecomClockView, Ts2phcView } from "../part-views.ts";
import { largestOffsetNs } from "../tbc/upstream-ports.ts";
import { hasTimeOfDay, worstTs2phcOffsetNs } from "../tgm/ts2phc-clock.ts";
import type { MachineWorld } from "./node-machine.ts";
import type { MachineTable, NodeMachine } from "./node-machines.ts";
import type { NodeSynce } from "./node-synce.ts";
import { givesTimeOf, isTbcProfile, type BegunTbc, type NodeTbc } from "./node-tbc.ts";
import type { NodeTgm } from "./node-tgm.ts";
import type { NodeTs2phc } from "./node-ts2phc.ts";
import { aliasOf } from "./watched-plan.ts";

/** What the machines of a node show outside; lists that would be empty are absent. */
export function machineViews(state: MachineWorld & MachineTable): PartViews {
  if (state.machines.length === 0) return {};
  const views = state.machines.map((machine) => machineView(state, machine));
  const joined = {
    telecomClocks: views.flatMap(({ telecomClocks = [] }) => telecomClocks),
    ts2phcClocks: views.flatMap(({ ts2phcClocks = [] }) => ts2phcClocks),
    dplls: views.flatMap(({ dplls = [] }) => dplls),
    receivers: views.flatMap(({ receivers = [] }) => receivers),
    synceDevices: views.flatMap(({ synceDevices = [] }) => synceDevices),
  };
  return Object.fromEntries(Object.entries(joined).filter(([, list]) => list.length > 0));
}

function machineView(world: MachineWorld, machine: NodeMachine): PartViews {
  switch (machine.kind) {
    case "t-bc":
      return machine.begun === undefined ? {} : tbcViews(world, machine, machine.begun);
    case "t-gm":
      return tgmViews(world, machine);
    case "ts2phc":
      return { ts2phcClocks: ts2phcViews(world, machine) };
    case "synce":
      return { synceDevices: [synceView(machine)] };
    // They are told of as system clocks.
    case "chrony":
    case "ntp-failover":
      return {};
  }
}

function tbcViews({ plan, profiles }: MachineWorld, { profile }: NodeTbc, begun: BegunTbc): PartViews {
  const { configName, leadingInterface, options, clock, at } = begun;
  const { status, clockClass, ports } = clock;
  const leading = options.dplls.find(({ source }) => source === "ptp4l");
  const dpll = leading && clock.dplls.get(leading.interfaceName);
  const heldNs = leading && dpll && shownOffsetNs(dpll, leading, at);
  const upstreamNs = status.state === "LOCKED" ? ports.offsetsNs.at(-1) : undefined;
  const offsetNs = status.state === "LOCKED" ? largestOffsetNs([upstreamNs, heldNs ?? 0]) : heldNs;
  const telecom: TelecomClockView = {
    process: "T-BC",
    profile,
    partProfiles: [profile, ...givesTimeOf(profile, profiles)],
    configName,
    iface: aliasOf(plan, leadingInterface),
    status,
    clockClass,
    ...(offsetNs !== undefined && status.state !== "FREERUN" && { offsetNs }),
  };
  const dplls = dpllViews(options.dplls, clock.dplls, { profile, configName, at, plan });
  return { telecomClocks: [telecom], dplls };
}

function tgmViews({ plan }: MachineWorld, tgm: NodeTgm): PartViews {
  const { profile, configName, leadingInterface, options, clock, at } = tgm;
  const { status, clockClass } = clock;
  const leading = options.dplls.find(({ source }) => source === "gnss");
  const dpll = leading && clock.dplls.get(leading.interfaceName);
  const offsetNs = dpll ? shownOffsetNs(dpll, leading, at) : worstTs2phcOffsetNs(clock.ts2phc);
  const isTold = status.state === "LOCKED" || (status.state === "HOLDOVER" && dpll !== undefined);
  const iface = aliasOf(plan, leadingInterface);
  return {
    telecomClocks: [
      {
        process: "GM",
        profile,
        partProfiles: [profile],
        configName,
        iface,
        status,
        clockClass,
        ...(isTold && offsetNs !== undefined && { offsetNs }),
      },
    ],
    dplls: dpllViews(options.dplls, clock.dplls, { profile, configName, at, plan }),
    receivers: [receiverView(tgm, iface)],
  };
}

/** What the receiver told last is shown as long as it is fresh. */
function receiverView({ profile, configName, clock, at }: NodeTgm, iface: string): ReceiverView {
  const { status, state, fix, timeAccuracy, process } = clock.gnss;
  const isNew = (told: { readonly at: Instant }) =>
    process.up && at.monotonicMs - told.at.monotonicMs < gnssFreshnessMs;
  return {
    profile,
    configName,
    iface,
    status,
    state,
    ...(fix && isNew(fix) && { fix: fix.value }),
    ...(timeAccuracy && isNew(timeAccuracy) && { timeAccuracyNs: timeAccuracy.valueNs }),
  };
}

interface DpllPlace extends Pick<MachineWorld, "plan"> {
  readonly profile: string;
  readonly configName: string;
  readonly at: Instant;
}

function dpllViews(
  all: readonly DpllOptions[],
  clocks: ReadonlyMap<string, DpllClock>,
  { profile, configName, at, plan }: DpllPlace,
): readonly DpllView[] {
  return all.flatMap((options) => {
    const clock = clocks.get(options.interfaceName);
    if (clock === undefined) return [];
    const { status, eec, pps } = clock;
    const offsetNs = shownOffsetNs(clock, options, at);
    const told = isFresh(clock, at) ? { eec, pps, followsPulse: followsPulse(clock) } : {};
    const iface = aliasOf(plan, options.interfaceName);
    return [{ profile, configName, iface, status, ...told, ...(offsetNs !== undefined && { offsetNs }) }];
  });
}

function isFresh({ heardAt }: DpllClock, at: Instant): boolean {
  return heardAt !== undefined && at.monotonicMs - heardAt.monotonicMs < dpllFreshnessMs;
}

/** Nothing is assumed of a DPLL that is silent. */
function shownOffsetNs(clock: DpllClock, options: DpllOptions, at: Instant): number | undefined {
  return isFresh(clock, at) ? dpllOffsetNs(clock, options, at) : undefined;
}

/** On a T-BC only the NICs behind the leading one measure: one that never did is none of those. */
function ts2phcViews({ plan, profiles, machines }: MachineWorld & Partial<MachineTable>, machine: NodeTs2phc) {
  const { profile, configName, nics } = machine;
  const isTbc = profiles.some((each) => each.name === profile && isTbcProfile(each));
  const isFedByGnss = machines?.some((each) => each.kind === "t-gm" && each.key === machine.key) === true;
  return [...nics].flatMap(([name, { clock, reading, isMeasured }]): Ts2phcView[] => {
    if (isTbc && !isMeasured) return [];
    const nmea = isFedByGnss ? hasTimeOfDay(clock) : undefined;
    const iface = aliasOf(plan, name);
    const view = { profile, configName, iface, status: clock.status };
    return [{ ...view, ...(reading && { reading }), ...(nmea !== undefined && { hasTimeOfDay: nmea }) }];
  });
}

function synceView({ profile, configName, conf, device }: NodeSynce): SynceView {
  const { name, interfaces, networkOption } = conf;
  const ports = interfaces.map((each) => {
    const port = device.ports.get(each);
    return { interfaceName: each, ...(port?.sent && { sent: port.sent, quality: port.quality }) };
  });
  return { profile, configName, device: name, networkOption, status: device.status, ports };
}
