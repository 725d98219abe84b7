import { choiceOf, followedSource, type HaWatch } from "../ha/ha-watch.ts";
import type { SystemClockView, SystemSourceView } from "../node-view.ts";
import type { NodeSystemClock } from "./node-clock.ts";
import { instanceOf } from "./system-source.ts";
import type { MachineWorld } from "./node-machine.ts";

/** What a system clock shows outside. */
export function systemView(world: MachineWorld, node: NodeSystemClock): SystemClockView {
  const { watched, reading, ha } = node;
  const { profile, configName } = watched;
  const clock = { ...node.clock, status: node.status };
  return { profile, configName, clock, ...(reading && { reading }), ...(ha && haView(world, ha)) };
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
