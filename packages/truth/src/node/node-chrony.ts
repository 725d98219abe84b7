import type { Instant } from "@ptp/node";
import { clockLimits } from "../clock-limits.ts";
import { initialChronyClock, stepChrony, type ChronyClock, type ChronyObservation } from "../system/chrony-clock.ts";
import { hearChronyd } from "./hear-parts.ts";
import type { MachineKind, MachineNews, MachineStep, MachineWorld } from "./node-machine.ts";
import { isUp, upOrDown, type WatchedProcess } from "./watched-plan.ts";

/** The system clock as one chronyd keeps it. */
export interface NodeChrony {
  readonly kind: "chrony";
  /** Its process key. */
  readonly key: string;
  readonly hears: readonly string[];
  readonly profile: string;
  readonly configName: string;
  readonly limits: { readonly holdoverMs: number; readonly chronydDowntimeMs: number };
  readonly clock: ChronyClock;
}

/** Every chronyd. */
export const chronyKind: MachineKind<NodeChrony> = {
  follow: (before, world, _edited, now) =>
    world.plan.processes
      .filter(({ program }) => program === "chronyd")
      .map((watched) => follow(before, watched, world, now)),
  hear: (machine, news, _world, now) => {
    const told = toldBy(news);
    return told && step(machine, told, now);
  },
};

function follow(
  before: readonly NodeChrony[],
  { key, profile: name, configName }: WatchedProcess,
  { profiles, processes }: MachineWorld,
  now: Instant,
): NodeChrony {
  const { holdoverMs, chronydDowntimeMs } = clockLimits(profiles.find((each) => each.name === name) ?? {});
  const limits = { holdoverMs, chronydDowntimeMs };
  const head = { kind: "chrony", key, hears: [key], profile: name, configName, limits } as const;
  const kept = before.find((each) => each.key === key);
  if (kept !== undefined) return { ...head, clock: kept.clock };
  const begun = { ...head, clock: initialChronyClock(now) };
  return isUp(processes.get(key)) ? step(begun, { kind: "process-up" }, now).machine : begun;
}

function toldBy(news: MachineNews): ChronyObservation | undefined {
  if (news.kind === "tick") return news;
  if (news.kind === "process") return upOrDown(news.report);
  return news.kind === "line" ? hearChronyd(news.fact) : undefined;
}

function step(machine: NodeChrony, observation: ChronyObservation, now: Instant): MachineStep<NodeChrony> {
  const { clock, change } = stepChrony(machine.clock, observation, machine.limits, now);
  const { profile, configName: config } = machine;
  const named = { process: "chronyd", profile, config, iface: "CLOCK_REALTIME" };
  return { machine: { ...machine, clock }, changes: change === undefined ? [] : [{ clock: named, ...change }] };
}
