import type { Instant, NodeProfile } from "@ptp/node";
import type { ClockIdentity, DpllStatus, LogFact } from "@ptp/ptp";
import { clockLimits } from "../clock-limits.ts";
import { holdoverParameters } from "../dpll/holdover-parameters.ts";
import type { PtpClock, PtpClockObservation } from "../ptp-clock.ts";
import { initialTbcClock, stepTbc, type TbcChange, type TbcClock, type TbcObservation } from "../tbc/tbc-clock.ts";
import type { TbcOptions } from "../tbc/tbc-options.ts";
import { inSyncOf } from "../tbc/upstream-ports.ts";
import { clockSettings } from "./clock-settings.ts";
import { dpllInterfaces, dpllOptionsOf } from "./dpll-of-profile.ts";
import { hearDpll } from "./hear-parts.ts";
import { clockOf } from "./node-clock.ts";
import type { MachineKind, MachineNews, MachineStep, MachineWorld, NodeChange } from "./node-machine.ts";
import { aliasOf, upOrDown, type WatchedPlan, type WatchedPtp4l } from "./watched-plan.ts";

/** A telecom boundary clock: its receiving ptp4l and the DPLLs that hold its time. */
export interface NodeTbc {
  readonly kind: "t-bc";
  /** Process key of its receiving ptp4l. */
  readonly key: string;
  /** Keys of the processes that tell of it. */
  readonly hears: readonly string[];
  readonly linesOf: string;
  /** Key of the ptp4l whose rounds of management tell it the time. */
  readonly ticksWith: string;
  readonly profile: string;
  /** What of the profile says what it is made of: with another one it begins anew. */
  readonly setUp: string;
  /** Absent until a DPLL of it is heard of. */
  readonly begun?: BegunTbc;
}

/** One whose DPLLs are observed. */
export interface BegunTbc {
  /** Name under which it is told of: that of the ts2phc that serves its DPLLs. */
  readonly configName: string;
  /** Interface of the leading DPLL. */
  readonly leadingInterface: string;
  /** Interface of the DPLL that was heard of first. */
  readonly heard: string;
  /** What its receiving ptp4l last said that it is called: a dead one still is. Absent: it never said so. */
  readonly clockIdentity?: ClockIdentity;
  /** Another profile has given its time on: what its receiving ptp4l announces may have been written since it began. */
  readonly gaveTime: boolean;
  readonly options: TbcOptions;
  readonly clock: TbcClock;
  /** When it last stepped: what it shows is of then. */
  readonly at: Instant;
  /** When time alone changes something, in monotonic milliseconds; undefined: never. */
  readonly nextTickMs: number | undefined;
}

/** T-BCs: one per profile that says it is one and runs a ptp4l. */
export const tbcKind: MachineKind<NodeTbc> = {
  follow: (before, { plan, profiles }, edited) =>
    plan.ptp4lInstances.flatMap((watched) => {
      const profile = profiles.find(({ name }) => name === watched.profile);
      if (profile === undefined || !isTbcProfile(profile)) return [];
      const { key } = watched;
      const setUp = JSON.stringify([profile.name, clockSettings(profile)]);
      const processes = plan.processes.filter((each) => each.profile === profile.name);
      const hears = [...new Set([key, ...processes.map((each) => each.key)])];
      const tbc = { kind: "t-bc", key, hears, linesOf: key, ticksWith: key, profile: profile.name, setUp } as const;
      const kept = edited.ptp4l(key) ? undefined : before.find((each) => each.key === key && each.setUp === setUp);
      if (kept?.begun === undefined) return [tbc];
      const { heard, leadingInterface } = kept.begun;
      const givesTime = givesTimeOf(profile.name, profiles).length > 0;
      const options = tbcOptions({ profile, watched, givesTime, heard }, leadingInterface);
      return [{ ...tbc, begun: { ...kept.begun, gaveTime: kept.begun.gaveTime || givesTime, options } }];
    }),
  hear: (tbc, news, world, now) => {
    if (news.kind === "dpll") return hearStatus(tbc, news, world, now);
    if (tbc.begun === undefined || (news.kind !== "tick" && news.key !== tbc.key)) return undefined;
    const told = toldBy(news, tbc, world);
    if (told.length === 0) return undefined;
    const begun = news.kind === "management" ? named(tbc.begun, news.after) : tbc.begun;
    return stepNodeTbc(tbc, begun, told, { plan: world.plan, now });
  },
};

/** Whether the profile says that it is a T-BC. */
export function isTbcProfile({ ptpSettings }: NodeProfile): boolean {
  return ptpSettings?.["clockType"] === "T-BC";
}

/** Other profiles that give the time of this one on. */
export function givesTimeOf(profile: string, profiles: readonly NodeProfile[]): readonly string[] {
  return profiles.flatMap(({ name, ptpSettings }) =>
    name !== profile && ptpSettings?.["controllingProfile"] === profile ? [name] : [],
  );
}

function toldBy(news: MachineNews, { key }: NodeTbc, world: MachineWorld): readonly TbcObservation[] {
  switch (news.kind) {
    case "line": {
      const node = clockOf(world, key);
      return node?.kind !== "ptp" || node.managed ? [] : tbcHears(news.fact, node.watched);
    }
    case "management":
      return tbcAsks(news.observations, news.before, news.after);
    case "process":
      return [upOrDown(news.report)];
    case "tick":
      return [{ kind: "tick" }];
    case "dpll":
    case "gnss":
      return [];
  }
}

/** The first word of a DPLL makes the clock. */
function hearStatus(
  tbc: NodeTbc,
  { key, status }: Extract<MachineNews, { readonly kind: "dpll" }>,
  world: MachineWorld,
  now: Instant,
): MachineStep<NodeTbc> | undefined {
  const moment = { plan: world.plan, now };
  const told = tbcHearsDpll(status);
  if (tbc.begun !== undefined) return stepNodeTbc(tbc, tbc.begun, told, moment);
  const teller = world.plan.processes.find((each) => each.key === key);
  const node = clockOf(world, tbc.key);
  const profile = world.profiles.find(({ name }) => name === tbc.profile);
  if (teller === undefined || node?.kind !== "ptp" || profile === undefined) return undefined;
  const givesTime = givesTimeOf(profile.name, world.profiles).length > 0;
  const beginning = {
    profile,
    configName: teller.configName,
    watched: node.watched,
    givesTime,
    heard: status.interfaceName,
  };
  const begun = named(beginTbc(beginning, now), node.clock);
  return stepNodeTbc(tbc, begun, [...knownOf(node.clock), ...told], moment);
}

/** What a T-BC is made of. */
interface TbcParts {
  readonly profile: NodeProfile;
  readonly watched: WatchedPtp4l;
  /** Another profile gives its time on. */
  readonly givesTime: boolean;
  /** Interface of the DPLL that was heard of first. */
  readonly heard: string;
}

/** Only a node whose DPLLs are observed has one, since no state may be told of hardware that nobody looks at. */
function beginTbc(beginning: TbcParts & Pick<BegunTbc, "configName">, now: Instant): BegunTbc {
  const { profile, configName, heard } = beginning;
  const settings = profile.ptpSettings ?? {};
  const leadingInterface = settings["leadingInterface"] ?? dpllInterfaces(settings)[0] ?? heard;
  const options = tbcOptions(beginning, leadingInterface);
  const clock = initialTbcClock(now, options);
  return {
    configName,
    leadingInterface,
    heard,
    gaveTime: options.givesTime,
    options,
    clock,
    at: now,
    nextTickMs: undefined,
  };
}

function named(begun: BegunTbc, { defaultDataSet }: PtpClock): BegunTbc {
  if (defaultDataSet === undefined || defaultDataSet.clockIdentity === begun.clockIdentity) return begun;
  return { ...begun, clockIdentity: defaultDataSet.clockIdentity };
}

/** What its ptp4l said before is taken along. */
function knownOf({ process, ports }: PtpClock): readonly TbcObservation[] {
  const up: readonly TbcObservation[] = process.up ? [{ kind: "process-up" }] : [];
  return [
    ...up,
    ...[...ports.values()].map(({ interfaceName, state }) => ({ kind: "port", interfaceName, state }) as const),
  ];
}

function tbcOptions({ profile, watched, givesTime, heard }: TbcParts, leading: string): TbcOptions {
  const settings = profile.ptpSettings ?? {};
  const limits = clockLimits(profile);
  const holdover = holdoverParameters(settings);
  const upstream = (settings["upstreamPort"] ?? "").split(",").map((name) => name.trim());
  const named = upstream.filter((name) => name !== "");
  const interfaces = new Set([leading, ...dpllInterfaces(settings), heard]);
  return {
    limits,
    holdover,
    inSync: inSyncOf(settings, limits),
    upstreamPorts: named.length > 0 ? named : watched.interfaces,
    dplls: [...interfaces].map((name) => dpllOptionsOf(profile, name, name === leading ? "ptp4l" : "pps")),
    givesTime,
  };
}

function stepNodeTbc(
  tbc: NodeTbc,
  begun: BegunTbc,
  observations: readonly TbcObservation[],
  { plan, now }: { readonly plan: WatchedPlan; readonly now: Instant },
): MachineStep<NodeTbc> {
  let { clock, nextTickMs } = begun;
  let changes = noChanges;
  const name = { process: "T-BC", profile: tbc.profile, config: begun.configName };
  for (const observation of observations) {
    const step = stepTbc(clock, observation, begun.options, now);
    ({ clock, nextTickMs } = step);
    for (const change of step.changes) {
      changes = [...changes, toldAs(change, name, begun, plan)];
    }
  }
  return { machine: { ...tbc, begun: { ...begun, clock, at: now, nextTickMs } }, changes };
}

function toldAs(
  change: TbcChange,
  name: Pick<NodeChange["clock"], "process" | "profile" | "config">,
  { leadingInterface }: BegunTbc,
  plan: WatchedPlan,
): NodeChange {
  const { at, cause } = change;
  const values = { from: String(change.from), to: String(change.to), at, cause };
  if (change.part === "dpll")
    return { clock: { ...name, process: "dpll", iface: aliasOf(plan, change.interfaceName) }, ...values };
  const clock = { ...name, iface: aliasOf(plan, leadingInterface) };
  return change.kind === "state" ? { clock, ...values } : { clock, of: "clock-class", ...values };
}

const noChanges: readonly NodeChange[] = [];

/** In holdover a T-BC announces 135 at best. */
const bestOwnClass = 135;

/** What a line of its ptp4l tells a T-BC. */
function tbcHears(fact: LogFact, { interfaces }: WatchedPtp4l): readonly TbcObservation[] {
  if (fact.kind === "offset") return [{ kind: "offset", offsetNs: fact.offsetNs }];
  // The existing daemon's word: while it is locked the class is the grandmaster's, else one of its own.
  if (fact.kind === "clock-class" && fact.clockClass < bestOwnClass)
    return [{ kind: "upstream-class", clockClass: fact.clockClass }];
  if (fact.kind !== "port-state" || fact.portNumber === 0) return [];
  const interfaceName = fact.interfaceName ?? interfaces[fact.portNumber - 1] ?? "";
  return [{ kind: "port", interfaceName, state: fact.to }];
}

/** What a round of management tells a T-BC, which its ptp4l's clock has taken in: `before` and `after` it. */
function tbcAsks(
  observations: readonly PtpClockObservation[],
  before: PtpClock,
  after: PtpClock,
): readonly TbcObservation[] {
  const isMeasured = after.sample !== undefined && after.sample !== before.sample;
  const told = observations.flatMap((each): readonly TbcObservation[] => {
    const { kind } = each;
    if (kind === "parent-data-set" || kind === "current-data-set" || kind === "tick") return [each];
    if (kind === "time-properties-data-set" || kind === "silent") return [each];
    if (kind !== "port") return [];
    return [{ kind, interfaceName: after.ports.get(each.number)?.interfaceName ?? "", state: each.state }];
  });
  return isMeasured ? [{ kind: "offset", offsetNs: after.sample.offsetNs }, ...told] : told;
}

function tbcHearsDpll(status: DpllStatus): readonly TbcObservation[] {
  return [{ kind: "dpll", interfaceName: status.interfaceName, observation: hearDpll(status) }];
}
