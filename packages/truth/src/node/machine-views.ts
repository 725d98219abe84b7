import type { NodeView, TelecomClockView } from "../node-view.ts";
import type { MachineWorld } from "./node-machine.ts";
import type { MachineTable, NodeMachine } from "./node-machines.ts";
import type { NodeTbc } from "./node-tbc.ts";
import { aliasOf } from "./watched-plan.ts";

/** What the machines of a node show outside; lists that would be empty are absent. */
export function machineViews(state: MachineWorld & MachineTable): Pick<NodeView, "telecomClocks"> {
  if (state.machines.length === 0) return {};
  const telecomClocks = state.machines.flatMap((machine) => telecomView(state, machine) ?? []);
  return { ...(telecomClocks.length > 0 && { telecomClocks }) };
}

function telecomView(world: MachineWorld, machine: NodeMachine): TelecomClockView | undefined {
  switch (machine.kind) {
    case "t-bc":
      return tbcView(world, machine);
  }
}

function tbcView({ plan, profiles }: MachineWorld, { profile, begun }: NodeTbc): TelecomClockView | undefined {
  if (begun === undefined) return undefined;
  const { configName, leadingInterface, clock } = begun;
  const givers = profiles.filter(({ ptpSettings }) => ptpSettings?.["controllingProfile"] === profile);
  const partProfiles = [profile, ...givers.map(({ name }) => name)];
  return {
    process: "T-BC",
    profile,
    partProfiles,
    configName,
    iface: aliasOf(plan, leadingInterface),
    status: clock.status,
  };
}
