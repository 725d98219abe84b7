import { ptpClockOf } from "./node-clock.ts";
import type { MachineWorld } from "./node-machine.ts";
import type { MachineTable } from "./node-machines.ts";

/**
 * Whether more measurements of this ptp4l would soon decide something: its clock is not LOCKED, or the T-BC that receives by
 * it fills its filter. `key`: its process.
 */
export function isAcquiring(state: MachineWorld & MachineTable, key: string): boolean {
  if (ptpClockOf(state, key)?.status.state !== "LOCKED") return true;
  return state.machines.some((machine) => {
    if (machine.kind !== "t-bc" || machine.key !== key || machine.begun === undefined) return false;
    const { activePort, settled } = machine.begun.clock.ports;
    return activePort !== undefined && !settled;
  });
}
