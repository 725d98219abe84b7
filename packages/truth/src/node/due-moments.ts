import type { Instant } from "@ptp/node";
import { unixMsOfNtp } from "@ptp/ptp";
import { ptpClockDeadlineMs, sampledClockDeadlineMs } from "../clock-deadlines.ts";
import { earliestMs } from "../fact.ts";
import { ts2phcDeadlineMs } from "../tgm/ts2phc-clock.ts";
import { clockOf, type NodeClock } from "./node-clock.ts";
import type { MachineHead } from "./node-machine.ts";
import type { NodeMachine } from "./node-machines.ts";
import type { NodeState } from "./node-state.ts";
import { hearsTime } from "./step-node.ts";

/**
 * When a node is to be told the time next, in monotonic milliseconds: a tick at that moment changes something, one before it
 * does not. Undefined: never. Of the ptp4l that answer, and what is told the time with them, `roundDueMs` says it.
 */
export function tickDueMs(state: NodeState, now: Instant): number | undefined {
  const machines = state.machines.filter(({ ticksWith }: MachineHead) => {
    const node = ticksWith === undefined ? undefined : clockOf(state, ticksWith);
    return node === undefined || hearsTime(node);
  });
  const leapMs = state.leap.next && unixMsOfNtp(state.leap.next.ntpS) - now.unixMs + now.monotonicMs;
  return earliestMs(
    [
      ...state.clocks.filter(hearsTime).flatMap((node) => clockMoments(node, now)),
      ...machines.flatMap((machine) => machineMoments(machine)),
      leapMs,
    ],
    now,
  );
}

/** When a round of the management of this ptp4l is to end next. Undefined: nothing is due. `key`: its process. */
export function roundDueMs(state: NodeState, key: string, now: Instant): number | undefined {
  const node = clockOf(state, key);
  const machines = state.machines.filter(({ ticksWith }: MachineHead) => ticksWith === key);
  return earliestMs([...(node ? clockMoments(node, now) : []), ...machines.flatMap(machineMoments)], now);
}

type Moments = readonly (number | undefined)[];

function clockMoments(node: NodeClock, now: Instant): Moments {
  if (node.kind === "ptp") return [ptpClockDeadlineMs(node.clock, now)];
  return [sampledClockDeadlineMs(node.clock, node.limits, now), node.ha?.decision?.nextTickMs];
}

function machineMoments(machine: NodeMachine): Moments {
  switch (machine.kind) {
    case "t-bc":
      return [machine.begun?.nextTickMs];
    case "t-gm":
    case "synce":
      return [machine.nextTickMs];
    case "ts2phc":
      return [...machine.nics.values()].map(({ clock }) => ts2phcDeadlineMs(clock));
    case "chrony":
      return [machine.clock.status.holdoverEndsMs];
    case "ntp-failover":
      return [machine.failover.phase === "gnss" ? machine.failover.deadlineMs : undefined];
  }
}
