import { ntpFailoverOptions, type Instant, type NodeProfile, type NtpFailoverOptions } from "@ptp/node";
import { holdoverParameters } from "../dpll/holdover-parameters.ts";
import { initialNtpFailover, stepNtpFailover } from "../system/ntp-failover.ts";
import type { FailoverObservation, FailoverPhase, NtpFailover } from "../system/ntp-failover.ts";
import type { MachineKind, MachineNews, MachineStep, MachineWorld } from "./node-machine.ts";
import type { WatchedProcess } from "./watched-plan.ts";

/** NTP failover of one profile: whether phc2sys or chronyd sets the system clock. */
export interface NodeFailover {
  readonly kind: "ntp-failover";
  /** ts2phc of its profile. */
  readonly hears: readonly string[];
  readonly profile: string;
  /** What of profile and plan says how ts2phc is run and judged: with another one it begins anew. */
  readonly setUp: string;
  readonly options: NtpFailoverOptions;
  readonly failover: NtpFailover;
}

/** Program that sets the system clock in each phase. */
export const keeperByPhase = {
  waiting: undefined,
  gnss: "phc2sys",
  ntp: "chronyd",
} as const satisfies Record<FailoverPhase, string | undefined>;

/** Every profile that asks for it. An edit that is nothing to its ts2phc leaves the system clock to whom it has. */
export const failoverKind: MachineKind<NodeFailover> = {
  follow: (machines, world, _edited, now) =>
    world.profiles.flatMap((profile) => {
      const before = machines.find((each) => each.profile === profile.name);
      return follow(profile, before, world, now);
    }),
  hear: (machine, news, _world, now) => {
    const told = toldBy(news);
    return told && step(machine, told, now);
  },
};

function follow(
  profile: NodeProfile,
  before: NodeFailover | undefined,
  { plan }: MachineWorld,
  now: Instant,
): readonly NodeFailover[] {
  const { name } = profile;
  const options = ntpFailoverOptions(profile);
  // A profile that is refused runs nothing that could be chosen from.
  const planned = plan.processes.filter((each) => each.profile === name);
  if (options === undefined || planned.length === 0) return [];
  const hears = planned.flatMap(({ key, program }) => (program === "ts2phc" ? [key] : []));
  const head = {
    kind: "ntp-failover",
    hears,
    profile: name,
    setUp: setUpOf(profile, options, planned),
    options,
  } as const;
  if (before?.setUp === head.setUp) return [{ ...head, failover: before.failover }];
  const begun = (["chronyd", "phc2sys"] as const).reduce(
    (failover, program) => stepNtpFailover(failover, { kind: "available", program }, options, now).failover,
    initialNtpFailover(now, options),
  );
  return [{ ...head, failover: begun }];
}

/** What ts2phc and gpsd are started with, as far as the profile says it; who of phc2sys and chronyd runs is no part of it. */
function setUpOf(profile: NodeProfile, options: NtpFailoverOptions, planned: readonly WatchedProcess[]): string {
  const { ts2phcOpts, ts2phcConf, interface: named, ptpSchedulingPolicy, ptpSchedulingPriority } = profile;
  const runs = planned.flatMap(({ key, program }) => (program === "ts2phc" || program === "gpsd" ? [key] : []));
  const scheduling = [ptpSchedulingPolicy, ptpSchedulingPriority];
  return JSON.stringify([
    options,
    runs,
    ts2phcOpts,
    ts2phcConf,
    named,
    scheduling,
    holdoverParameters(profile.ptpSettings),
  ]);
}

/** ts2phc that measures with its servo locked and stable says so with each line. */
function toldBy(news: MachineNews): FailoverObservation | undefined {
  if (news.kind === "tick") return news;
  return news.kind === "line" && news.fact.kind === "offset" && news.fact.servo === "s3"
    ? { kind: "stable" }
    : undefined;
}

function step(
  machine: NodeFailover,
  observation: FailoverObservation,
  now: Instant,
): MachineStep<NodeFailover> | undefined {
  const { failover, change } = stepNtpFailover(machine.failover, observation, machine.options, now);
  // A second that passed.
  if (failover === machine.failover) return undefined;
  const after = { ...machine, failover };
  if (change === undefined) return { machine: after, changes: [] };
  const [from, to] = [change.from, change.to].map((phase) => keeperByPhase[phase] ?? "none");
  const clock = { process: "ntpfailover", profile: machine.profile, config: "", iface: "CLOCK_REALTIME" };
  const { at, cause } = change;
  return { machine: after, changes: [{ clock, of: "keeper", from: from ?? "none", to: to ?? "none", at, cause }] };
}
