import type { Instant, NodeProfile } from "@ptp/node";
import { interfaceSections, parseConf, type LogFact, type OffsetSample } from "@ptp/ptp";
import { clockLimits } from "../clock-limits.ts";
import { holdoverParameters } from "../dpll/holdover-parameters.ts";
import type { SyncChange, SyncStatus } from "../sync-machine.ts";
import { initialTs2phcClock, renameTs2phc, stepTs2phc } from "../tgm/ts2phc-clock.ts";
import type { Ts2phcClock, Ts2phcLimits, Ts2phcObservation } from "../tgm/ts2phc-clock.ts";
import { hearTs2phc } from "./hear-parts.ts";
import type { MachineKind, MachineNews, MachineStep, MachineWorld, NodeChange } from "./node-machine.ts";
import { aliasOf, isUp, nameOfClock, upOrDown, type WatchedProcess } from "./watched-plan.ts";

/** The clocks that one ts2phc steers, each with a state of its own. */
export interface NodeTs2phc {
  readonly kind: "ts2phc";
  /** Its process key. */
  readonly key: string;
  readonly hears: readonly string[];
  readonly profile: string;
  readonly configName: string;
  /** What of the profile says which clocks it steers: with another one it begins anew. */
  readonly setUp: string;
  readonly limits: Ts2phcLimits;
  /** Those that its configuration names. */
  readonly interfaces: readonly string[];
  /** By interface, or `/dev/ptpN` where nobody knows whose it is. Before the first measurement one entry stands for all. */
  readonly nics: ReadonlyMap<string, Ts2phcNic>;
  /** Of all its clocks: the same list as long as none of them is told of otherwise. */
  readonly statuses: readonly SyncStatus[];
}

/** One clock that ts2phc steers. */
export interface Ts2phcNic {
  readonly clock: Ts2phcClock;
  /** What ts2phc calls it; absent: not told. */
  readonly device?: string;
  /** It was measured at some time. */
  readonly isMeasured: boolean;
  /** Its last measurement; absent: none since ts2phc started. */
  readonly reading?: Pick<OffsetSample, "offsetNs" | "freqPpb">;
}

/** Every ts2phc, whatever clock its profile makes. */
export const ts2phcKind: MachineKind<NodeTs2phc> = {
  follow: (before, world, _edited, now) =>
    world.plan.processes
      .filter(({ program }) => program === "ts2phc")
      .map((watched) => follow(before, watched, world, now)),
  hear: (machine, news, world, now) => {
    const left = leftBy(news, machine, world);
    if (left !== undefined) return { machine: without(machine, left), changes: noChanges };
    const told = toldBy(news, machine, world);
    const stepped = told && step(machine, told, world, now);
    // A second that passed and changed nothing.
    const isSame = news.kind === "tick" && stepped?.machine.statuses === machine.statuses;
    return isSame ? undefined : stepped;
  },
};

function follow(
  before: readonly NodeTs2phc[],
  { key, profile: name, configName }: WatchedProcess,
  world: MachineWorld,
  now: Instant,
): NodeTs2phc {
  const profile = world.profiles.find((each) => each.name === name) ?? { name };
  const setUp = JSON.stringify([name, profile.ts2phcConf, profile.interface]);
  const interfaces = interfaceSections(parseConf(profile.ts2phcConf ?? "").conf);
  const named = { key, hears: [key], profile: name, configName };
  const head = { kind: "ts2phc", ...named, setUp, limits: limitsOf(profile), interfaces } as const;
  const kept = before.find((each) => each.key === key && each.setUp === setUp);
  if (kept !== undefined) return renamed({ ...head, nics: kept.nics, statuses: kept.statuses }, world);
  const [first = profile.interface ?? configName] = interfaces;
  const begun = {
    ...head,
    nics: new Map([[first, { clock: initialTs2phcClock(now), isMeasured: false }]]),
    statuses: [],
  };
  return isUp(world.processes.get(key))
    ? step(begun, { observation: { kind: "process-up" } }, world, now).machine
    : begun;
}

/** A plan may know better than the one before whose the clocks are: under the old name nothing would be heard of one again. */
function renamed(machine: NodeTs2phc, { plan }: MachineWorld): NodeTs2phc {
  const named = [...machine.nics].map(([name, nic]) => {
    const now = nic.device === undefined ? name : nameOfClock(plan, nic.device, machine.interfaces);
    return { name, now, nic: { ...nic, clock: renameTs2phc(nic.clock, () => now) } };
  });
  if (named.every(({ name, now }) => name === now)) return machine;
  const nics = new Map(named.map(({ now, nic }) => [now, nic]));
  return { ...machine, nics, statuses: [...nics.values()].map(({ clock }) => clock.status) };
}

function limitsOf(profile: NodeProfile): Ts2phcLimits {
  return { ...clockLimits(profile), holdover: holdoverParameters(profile.ptpSettings) };
}

/** What it hears, and of which clock; absent: of all. */
interface Told {
  readonly observation: Ts2phcObservation;
  readonly sample?: OffsetSample;
}

function toldBy(news: MachineNews, { key }: NodeTs2phc, { processes }: MachineWorld): Told | undefined {
  if (news.kind === "tick") return { observation: news };
  if (news.kind === "process") return { observation: upOrDown(news.report) };
  // The last lines of a ts2phc that ended come after its end was told.
  if (news.kind !== "line" || !isUp(processes.get(key))) return undefined;
  return toldByLine(news.fact);
}

/** The clock that a ts2phc says it steers no more, as that of a T-BC while ptp4l does: nothing is measured of it from then on. */
function leftBy(news: MachineNews, machine: NodeTs2phc, { plan }: MachineWorld): string | undefined {
  if (news.kind !== "line" || news.fact.kind !== "clock-selection" || news.fact.selected) return undefined;
  const name = nameOfClock(plan, news.fact.clock, machine.interfaces);
  return machine.nics.get(name)?.isMeasured === true ? name : undefined;
}

function without(machine: NodeTs2phc, name: string): NodeTs2phc {
  const nics = new Map([...machine.nics].filter(([each]) => each !== name));
  return { ...machine, nics, statuses: [...nics.values()].map(({ clock }) => clock.status) };
}

function toldByLine(fact: LogFact): Told | undefined {
  const observation = hearTs2phc(fact);
  if (observation === undefined) return undefined;
  return fact.kind === "offset" ? { observation, sample: fact } : { observation };
}

/** No node has more clocks; lines that name more are none of ts2phc's. */
const maxNics = 64;

function step(
  machine: NodeTs2phc,
  { observation, sample }: Told,
  world: MachineWorld,
  now: Instant,
): MachineStep<NodeTs2phc> {
  const isRestart = observation.kind === "process-up" || observation.kind === "process-down";
  const name = sample && nameOf(sample, machine, world);
  if (name !== undefined && !machine.nics.has(name) && machine.nics.size >= maxNics)
    return { machine, changes: noChanges };
  const told =
    observation.kind === "sample" && name !== undefined
      ? { ...observation, clock: name, device: observation.clock }
      : observation;
  const nics = new Map(name === undefined ? machine.nics : withNic(machine.nics, name, now));
  let changes = noChanges;
  for (const [each, nic] of nics) {
    if (name !== undefined && each !== name) continue;
    const { clock, change } = stepTs2phc(nic.clock, told, machine.limits, now);
    const reading = isRestart
      ? undefined
      : sample
        ? { offsetNs: sample.offsetNs, freqPpb: sample.freqPpb }
        : nic.reading;
    const isMeasured = nic.isMeasured || sample !== undefined;
    const device = sample?.clock || nic.device;
    nics.set(each, { clock, isMeasured, ...(device !== undefined && { device }), ...(reading && { reading }) });
    if (change !== undefined) changes = [...changes, changeOf(machine, each, change, world)];
  }
  return { machine: { ...machine, nics, statuses: statusesOf(nics, machine.statuses) }, changes };
}

/** The list of before if it is the same: asked for every line. */
function statusesOf(nics: NodeTs2phc["nics"], before: readonly SyncStatus[]): readonly SyncStatus[] {
  let isSame = nics.size === before.length;
  let place = 0;
  for (const { clock } of nics.values()) {
    isSame &&= clock.status === before[place];
    place += 1;
  }
  return isSame ? before : [...nics.values()].map(({ clock }) => clock.status);
}

/** The one that stood for all until now is the first that measures; one more begins as the others did. */
function withNic(nics: NodeTs2phc["nics"], name: string, now: Instant): NodeTs2phc["nics"] {
  if (nics.has(name)) return nics;
  const [[, nic] = []] = nics;
  if (nic !== undefined && nics.size === 1 && !nic.isMeasured) return new Map([[name, nic]]);
  const process = { up: true, detail: "" };
  return new Map(nics).set(name, { clock: { ...initialTs2phcClock(now), process }, isMeasured: false });
}

/** Most have been measured before, and were named by this plan. */
function nameOf({ clock = "" }: OffsetSample, machine: NodeTs2phc, { plan }: MachineWorld): string {
  if (clock === "") return machine.configName;
  for (const [name, { device }] of machine.nics) if (device === clock) return name;
  return nameOfClock(plan, clock, machine.interfaces);
}

function changeOf(
  { profile, configName: config }: NodeTs2phc,
  name: string,
  change: SyncChange,
  { plan }: MachineWorld,
): NodeChange {
  return { clock: { process: "ts2phc", profile, config, iface: aliasOf(plan, name) }, ...change };
}

const noChanges: readonly NodeChange[] = [];
