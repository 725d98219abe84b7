import type { Instant } from "@ptp/node";
import type { Edited, MachineHead, MachineNews, MachineStep, MachineWorld, NodeChange } from "./node-machine.ts";
import { chronyKind, type NodeChrony } from "./node-chrony.ts";
import { failoverKind, type NodeFailover } from "./node-failover.ts";
import { synceKind, type NodeSynce } from "./node-synce.ts";
import { tbcKind, type NodeTbc } from "./node-tbc.ts";
import { tgmKind, type NodeTgm } from "./node-tgm.ts";
import { ts2phcKind, type NodeTs2phc } from "./node-ts2phc.ts";

/**
 * A machine beside the clocks of ptp4l and phc2sys: a clock made of parts, a part, or what chooses between programs. Another
 * kind is one more name here and in the two functions below.
 */
export type NodeMachine = NodeTbc | NodeTgm | NodeTs2phc | NodeSynce | NodeChrony | NodeFailover;

/** All machines of a node with who of them listens to which process. */
export interface MachineTable {
  readonly machines: readonly (NodeMachine & MachineHead)[];
  /** Places in `machines` by process key. */
  readonly machinesByKey: ReadonlyMap<string, readonly number[]>;
  /** The same of those who want its lines, which are many. */
  readonly lineHearersByKey: ReadonlyMap<string, readonly number[]>;
}

/** A node without any. */
export const noMachines: MachineTable = { machines: [], machinesByKey: new Map(), lineHearersByKey: new Map() };

/** The machines that a plan asks for, in the order in which they hear. */
export function followMachines(
  before: readonly NodeMachine[],
  world: MachineWorld,
  edited: Edited,
  now: Instant,
): MachineTable {
  const machines = [
    ...ts2phcKind.follow(before.filter(isKind("ts2phc")), world, edited, now),
    ...synceKind.follow(before.filter(isKind("synce")), world, edited, now),
    ...tbcKind.follow(before.filter(isKind("t-bc")), world, edited, now),
    ...tgmKind.follow(before.filter(isKind("t-gm")), world, edited, now),
    ...chronyKind.follow(before.filter(isKind("chrony")), world, edited, now),
    ...failoverKind.follow(before.filter(isKind("ntp-failover")), world, edited, now),
  ];
  return {
    machines,
    machinesByKey: placesByKey(machines, ({ hears }) => hears),
    lineHearersByKey: placesByKey(machines, ({ hears, linesOf }) => (linesOf === undefined ? hears : [linesOf])),
  };
}

function placesByKey(
  machines: readonly MachineHead[],
  keysOf: (machine: MachineHead) => readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const byKey = new Map<string, number[]>();
  machines.forEach((machine, place) => {
    for (const key of keysOf(machine)) byKey.set(key, [...(byKey.get(key) ?? []), place]);
  });
  return byKey;
}

function hear(
  machine: NodeMachine,
  news: MachineNews,
  world: MachineWorld,
  now: Instant,
): MachineStep<NodeMachine> | undefined {
  switch (machine.kind) {
    case "t-bc":
      return tbcKind.hear(machine, news, world, now);
    case "t-gm":
      return tgmKind.hear(machine, news, world, now);
    case "ts2phc":
      return ts2phcKind.hear(machine, news, world, now);
    case "synce":
      return synceKind.hear(machine, news, world, now);
    case "chrony":
      return chronyKind.hear(machine, news, world, now);
    case "ntp-failover":
      return failoverKind.hear(machine, news, world, now);
  }
}

/** A node with its machines. */
export type MachineHolder = MachineWorld & MachineTable;

/** A node after its machines heard something. */
export interface MachinesStep<S> {
  readonly state: S;
  readonly changes: readonly NodeChange[];
}

const noPlaces: readonly number[] = [];
const noChanges: readonly NodeChange[] = [];

/** Whether anyone but the clock itself wants the lines of the process: asked for every one. */
export function hasLineHearers({ lineHearersByKey }: MachineTable, key: string): boolean {
  return lineHearersByKey.size > 0 && lineHearersByKey.has(key);
}

/** Tells the machines that listen to a process. */
export function tellMachines<S extends MachineHolder>(
  state: S,
  news: Exclude<MachineNews, { readonly kind: "tick" }>,
  now: Instant,
): MachinesStep<S> {
  const byKey = news.kind === "line" ? state.lineHearersByKey : state.machinesByKey;
  return tellPlaces(state, byKey.get(news.key) ?? noPlaces, news, now);
}

/** Tells the time to the machines for which `hears` holds, by default to all. */
export function tickMachines<S extends MachineHolder>(
  state: S,
  now: Instant,
  hears: (machine: MachineHead) => boolean = () => true,
): MachinesStep<S> {
  const places = state.machines.flatMap((machine, place) => (hears(machine) ? [place] : []));
  return tellPlaces(state, places, { kind: "tick" }, now);
}

function tellPlaces<S extends MachineHolder>(
  state: S,
  places: readonly number[],
  news: MachineNews,
  now: Instant,
): MachinesStep<S> {
  let [after, changes] = [state, noChanges];
  for (const place of places) {
    const machine = after.machines[place];
    const step = machine && hear(machine, news, after, now);
    if (step === undefined) continue;
    after = { ...after, machines: after.machines.with(place, step.machine) };
    if (step.changes.length > 0) changes = [...changes, ...step.changes];
  }
  return { state: after, changes };
}

function isKind<const K extends NodeMachine["kind"]>(kind: K) {
  return (machine: NodeMachine): machine is Extract<NodeMachine, { readonly kind: K }> => machine.kind === kind;
}
