import type { Instant, NodeProfile } from "@ptp/node";
import type { LogFact } from "@ptp/ptp";
import { clockLimits } from "../clock-limits.ts";
import { holdoverParameters } from "../dpll/holdover-parameters.ts";
import { initialTgmClock, stepTgm } from "../tgm/tgm-clock.ts";
import type { TgmChange, TgmClock, TgmObservation, TgmOptions } from "../tgm/tgm-clock.ts";
import { renameTs2phc } from "../tgm/ts2phc-clock.ts";
import { clockSettings } from "./clock-settings.ts";
import { dpllInterfaces, dpllOptionsOf, ts2phcInterfaces, type Ts2phcInterface } from "./dpll-of-profile.ts";
import { hearDpll, hearGnss, hearTs2phc } from "./hear-parts.ts";
import type { MachineKind, MachineNews, MachineStep, MachineWorld, NodeChange } from "./node-machine.ts";
import { aliasOf, isUp, nameOfClock, upOrDown, type WatchedPlan, type WatchedProcess } from "./watched-plan.ts";

/** A telecom grandmaster: a ts2phc that GNSS feeds through gpsd, the receiver, and the DPLLs of its NICs. */
export interface NodeTgm {
  readonly kind: "t-gm";
  /** Process key of its ts2phc. */
  readonly key: string;
  readonly hears: readonly string[];
  readonly linesOf: string;
  /** Process key of its gpsd. */
  readonly gpsdKey: string;
  readonly profile: string;
  /** Name under which it is told of: that of its ts2phc. */
  readonly configName: string;
  /** What of the profile says which parts it has: with others it begins anew. */
  readonly setUp: string;
  /** Interface of the NIC that GNSS feeds; what its receiver is called by. */
  readonly leadingInterface: string;
  /** Those that its ts2phc configuration names. */
  readonly interfaces: readonly string[];
  readonly options: TgmOptions;
  readonly clock: TgmClock;
  /** When it last stepped: what it shows is of then. */
  readonly at: Instant;
  /** When time alone changes something, in monotonic milliseconds; undefined: never. */
  readonly nextTickMs: number | undefined;
}

/** T-GMs: one per profile whose ts2phc has a gpsd to read a receiver. */
export const tgmKind: MachineKind<NodeTgm> = {
  follow: (before, world, _edited, now) =>
    world.plan.processes.flatMap((ts2phc) => {
      if (ts2phc.program !== "ts2phc") return [];
      const gpsd = world.plan.processes.find((each) => each.program === "gpsd" && each.profile === ts2phc.profile);
      const profile = world.profiles.find(({ name }) => name === ts2phc.profile);
      if (gpsd === undefined || profile === undefined) return [];
      return follow(before, { profile, ts2phc, gpsd }, world, now);
    }),
  hear: (tgm, news, world, now) => {
    const told = toldBy(news, tgm, world);
    return told.length === 0 ? undefined : step(withDplls(tgm, told, world), told, world.plan, now);
  },
};

interface TgmParts {
  readonly profile: NodeProfile;
  readonly ts2phc: WatchedProcess;
  readonly gpsd: WatchedProcess;
}

function follow(before: readonly NodeTgm[], parts: TgmParts, world: MachineWorld, now: Instant): NodeTgm {
  const { profile, ts2phc, gpsd } = parts;
  const { ts2phcConf, ptpSettings, interface: named } = profile;
  const setUp = JSON.stringify([profile.name, ts2phcConf, clockSettings(profile), named, gpsd.key]);
  const interfaces = ts2phcInterfaces(ts2phcConf);
  const leadingInterface = leaderOf(profile, interfaces) || ts2phc.configName;
  const processes = world.plan.processes.filter((each) => each.profile === profile.name);
  const kept = before.find((each) => each.key === ts2phc.key && each.setUp === setUp);
  const known = kept?.options.dplls.map(({ interfaceName }) => interfaceName) ?? [];
  const options = optionsOf(profile, leadingInterface, [...dpllInterfaces(ptpSettings), ...known]);
  const tgm = {
    kind: "t-gm",
    key: ts2phc.key,
    hears: processes.map(({ key }) => key),
    linesOf: ts2phc.key,
    gpsdKey: gpsd.key,
    profile: profile.name,
    configName: ts2phc.configName,
    setUp,
    leadingInterface,
    interfaces: interfaces.map(({ name }) => name),
    options,
  } as const;
  if (kept !== undefined) {
    const { clock, at, nextTickMs } = kept;
    const nameOf = (device: string) => nameOfClock(world.plan, device, tgm.interfaces);
    return { ...tgm, clock: { ...clock, ts2phc: renameTs2phc(clock.ts2phc, nameOf) }, at, nextTickMs };
  }
  const begun = { ...tgm, clock: initialTgmClock(now, options), at: now, nextTickMs: undefined };
  return step(begun, running(begun, world), world.plan, now).machine;
}

/** What runs already, nothing would tell of later. */
function running({ key, gpsdKey }: NodeTgm, { processes }: MachineWorld): readonly TgmObservation[] {
  const up = { kind: "process-up" } as const;
  return [
    ...(isUp(processes.get(gpsdKey)) ? [{ part: "gnss", observation: up } as const] : []),
    ...(isUp(processes.get(key)) ? [{ part: "ts2phc", observation: up } as const] : []),
  ];
}

/** What the profile says, else the first NIC that reads GNSS itself, else the first. */
function leaderOf({ ptpSettings, interface: named }: NodeProfile, interfaces: readonly Ts2phcInterface[]) {
  const reads = interfaces.find(({ source }) => source === "gnss");
  // An `interface` of a profile may be there and empty: a name that says nothing would be no one's.
  return ptpSettings?.["leadingInterface"] || reads?.name || interfaces[0]?.name || named;
}

function optionsOf(profile: NodeProfile, leading: string, dplls: readonly string[]): TgmOptions {
  const limits = clockLimits(profile);
  const holdover = holdoverParameters(profile.ptpSettings);
  const names = [...new Set(dplls)].filter((name) => profile.ptpSettings?.[`dpll.${name}.ignore`] !== "true");
  const sourceOf = (name: string) => (name === leading ? "gnss" : "pps");
  return {
    limits,
    holdover,
    sinks: ts2phcInterfaces(profile.ts2phcConf).filter(({ isMaster }) => !isMaster).length || 1,
    dplls: names.toSorted().map((name) => dpllOptionsOf(profile, name, sourceOf(name))),
  };
}

/** No node has more NICs; what tells of more is no hardware. */
const maxDplls = 64;

/** Hardware without DPLLs has a T-GM too: one that nobody knew of counts from its first word on. */
function withDplls(tgm: NodeTgm, told: readonly TgmObservation[], { profiles }: MachineWorld): NodeTgm {
  const known = tgm.options.dplls.map(({ interfaceName }) => interfaceName);
  const fresh = told
    .flatMap((each) => (each.part === "dpll" && !known.includes(each.interfaceName) ? [each.interfaceName] : []))
    .slice(0, maxDplls - known.length);
  const profile = fresh.length === 0 ? undefined : profiles.find(({ name }) => name === tgm.profile);
  if (profile === undefined) return tgm;
  return { ...tgm, options: optionsOf(profile, tgm.leadingInterface, [...known, ...fresh]) };
}

function toldBy(news: MachineNews, tgm: NodeTgm, world: MachineWorld): readonly TgmObservation[] {
  switch (news.kind) {
    case "line":
      return news.key === tgm.key ? heardOfTs2phc(news.fact, tgm, world.plan) : [];
    case "process":
      if (news.key === tgm.key) return [{ part: "ts2phc", observation: upOrDown(news.report) }];
      return news.key === tgm.gpsdKey ? [{ part: "gnss", observation: upOrDown(news.report) }] : [];
    case "gnss": {
      // Who is heard runs, unless it was told of that it does not.
      const isShown = !tgm.clock.gnss.process.up && !world.processes.has(tgm.gpsdKey);
      const up = isShown ? [{ part: "gnss", observation: { kind: "process-up" } } as const] : [];
      return [...up, { part: "gnss", observation: hearGnss(news.status) }];
    }
    case "dpll":
      return [{ part: "dpll", interfaceName: news.status.interfaceName, observation: hearDpll(news.status) }];
    case "tick":
      return [{ part: "tick" }];
    case "management":
      return [];
  }
}

function heardOfTs2phc(fact: LogFact, { interfaces }: NodeTgm, plan: WatchedPlan): readonly TgmObservation[] {
  const heard = hearTs2phc(fact);
  if (heard === undefined) return [];
  if (heard.kind !== "sample") return [{ part: "ts2phc", observation: heard }];
  const clock = nameOfClock(plan, heard.clock, interfaces);
  return [{ part: "ts2phc", observation: { ...heard, clock, device: heard.clock } }];
}

function step(
  tgm: NodeTgm,
  observations: readonly TgmObservation[],
  plan: WatchedPlan,
  now: Instant,
): MachineStep<NodeTgm> {
  let { clock, nextTickMs } = tgm;
  let changes: readonly NodeChange[] = noChanges;
  for (const observation of observations) {
    const stepped = stepTgm(clock, observation, tgm.options, now);
    ({ clock, nextTickMs } = stepped);
    if (stepped.changes.length > 0)
      changes = [...changes, ...stepped.changes.flatMap((each) => toldAs(tgm, plan, each))];
  }
  return { machine: { ...tgm, clock, at: now, nextTickMs }, changes };
}

/** ts2phc tells of its clocks itself, one by one. */
function toldAs({ profile, configName: config, leadingInterface }: NodeTgm, plan: WatchedPlan, change: TgmChange) {
  const { at, cause } = change;
  const [from, to] = [String(change.from), String(change.to)];
  const of = (process: string, name: string) => ({ clock: { process, profile, config, iface: aliasOf(plan, name) } });
  const values = { from, to, at, cause };
  switch (change.part) {
    case "ts2phc":
      return [];
    case "dpll":
      return [{ ...of("dpll", change.interfaceName), ...values }];
    case "gnss": {
      const clock = of("gnss", leadingInterface);
      return [change.kind === "state" ? { ...clock, ...values } : { ...clock, of: "gnss-state" as const, ...values }];
    }
    case "clock": {
      const clock = of("GM", leadingInterface);
      return [change.kind === "state" ? { ...clock, ...values } : { ...clock, of: "clock-class" as const, ...values }];
    }
  }
}

const noChanges: readonly NodeChange[] = [];
