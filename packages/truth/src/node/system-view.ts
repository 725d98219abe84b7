import { choiceOf, followedSource, type HaWatch } from "../ha/ha-watch.ts";
import type { SystemClockView, SystemSourceView } from "../node-view.ts";
import type { NodeSystemClock } from "./node-clock.ts";
import { keeperByPhase } from "./node-failover.ts";
import type { NodeChrony } from "./node-chrony.ts";
import type { MachineWorld } from "./node-machine.ts";
import type { MachineTable } from "./node-machines.ts";
import { instanceOf } from "./system-source.ts";

/**
 * The system clocks of a node, as phc2sys and chronyd tell of it. Where NTP failover decides who sets it, the other one has
 * nothing to say.
 */
export function systemViews(state: MachineWorld & MachineTable): readonly SystemClockView[] {
  const views = [
    ...state.clocks.flatMap((node) => (node.kind === "system" ? [systemView(state, node)] : [])),
    ...state.machines.flatMap((machine) => (machine.kind === "chrony" ? [chronyView(machine)] : [])),
  ];
  const keepers = new Map(
    state.machines.flatMap((machine) =>
      machine.kind === "ntp-failover" ? [[machine.profile, keeperByPhase[machine.failover.phase]] as const] : [],
    ),
  );
  if (keepers.size === 0) return views;
  return views.filter(({ profile, program }) => {
    const keeper = keepers.get(profile);
    const isThere = views.some((each) => each.profile === profile && each.program === keeper);
    return keeper === undefined || program === keeper || !isThere;
  });
}

function chronyView({ profile, configName, clock: { status, process } }: NodeChrony): SystemClockView {
  return { program: "chronyd", profile, configName, clock: { status, process } };
}

function systemView(world: MachineWorld, node: NodeSystemClock): SystemClockView {
  const { watched, reading, ha } = node;
  const { profile, configName } = watched;
  const clock = { ...node.clock, status: node.status };
  return { program: "phc2sys", profile, configName, clock, ...(reading && { reading }), ...(ha && haView(world, ha)) };
}

function haView(world: MachineWorld, ha: HaWatch): Pick<SystemClockView, "choice" | "source"> {
  const followed = followedSource(ha);
  return { choice: choiceOf(ha), ...(followed && { source: sourceView(world, followed) }) };
}

function sourceView(
  world: MachineWorld,
  { value: profile, since, cause }: NonNullable<ReturnType<typeof followedSource>>,
): SystemSourceView {
  const { watched, clock } = instanceOf(world, profile) ?? {};
  const port = clock?.receiverPort ?? 1;
  const name = clock?.ports.get(port)?.interfaceName || watched?.interfaces[port - 1];
  return { profile, interface: name ?? "", since, cause };
}
