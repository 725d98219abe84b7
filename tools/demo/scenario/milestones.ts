import type { NodeClock } from "@ptp/api";
import { clockOf, nodeOf, pidsOf, type Snapshot } from "../world/snapshot.ts";
import { describeIdentity } from "../world/topology.ts";
import type { World } from "../world/world.ts";
import type { Milestone, Reached } from "./step.ts";

/** The interface on which each node of the demo takes time; the grandmaster takes none. */
const receivingPort: Readonly<Record<string, string>> = { bc: "bc0", oc1: "oc0", oc2: "oc0" };

/** The node's agent runs the config it was given, all profiles of it, and the operator tells so. */
export function runsItsConfig(name: string): Milestone {
  return {
    what: `${name} runs all profiles of its config`,
    reached: (now) => {
      const { status, programs } = nodeOf(now, name);
      const { revision, profiles, processes } = status;
      const applied = profiles.length > 0 && profiles.every(({ outcome }) => outcome === "applied");
      const alive = processes.filter(({ state, pid }) => state === "running" && innerPids(programs).includes(pid ?? 0));
      if (revision === "" || !applied || alive.length === 0 || alive.length < processes.length) return undefined;
      const told = alive.map(({ key, pid }) => `${key} (${pid})`).join(", ");
      return { atUnixMs: now.atUnixMs, told: `${name} runs ${told}, revision ${revision}` };
    },
  };
}

/**
 * The node takes time on its port, and the grandmaster at the root of its tree is `grandmaster`. Where the clock must not
 * be adjusted, ports cannot come further than UNCALIBRATED.
 */
export function takesTime(world: World, name: string, grandmaster = "gm"): Milestone {
  const wanted = world.lab.clock.adjustable ? "SLAVE" : "UNCALIBRATED";
  const ends = world.lab.clock.adjustable ? " and LOCKED" : "";
  return {
    what: `${name} is ${wanted}${ends}, ${grandmaster} at the root`,
    reached: (now) => {
      const clock = clockOf(now, name);
      if (clock === undefined || portState(clock, receivingPort[name] ?? "") !== wanted) return undefined;
      if (world.lab.clock.adjustable && clock.state !== "LOCKED") return undefined;
      if (rootOf(world, clock) !== grandmaster) return undefined;
      return { atUnixMs: now.atUnixMs };
    },
  };
}

/** The clock came to a state after `sinceUnixMs`, by the node's own record; tells its cause. */
export function comesTo(name: string, state: NodeClock["state"], sinceUnixMs: number): Milestone {
  return {
    what: `${name} is ${state}`,
    reached: (now) => {
      const clock = clockOf(now, name);
      if (clock?.state !== state || Date.parse(clock.since) < sinceUnixMs) return undefined;
      return { atUnixMs: Date.parse(clock.since), told: `${name} is ${state}: ${clock.cause.join("; ")}` };
    },
  };
}

/** The same of HOLDOVER, which may be over when somebody looks: FREERUN tells by its cause that it came after it. */
export function comesToHoldover(name: string, sinceUnixMs: number): Milestone {
  const [holdover, over] = [comesTo(name, "HOLDOVER", sinceUnixMs), comesTo(name, "FREERUN", sinceUnixMs)];
  return {
    what: holdover.what,
    reached: (now) => {
      const isOver = clockOf(now, name)?.cause[0]?.startsWith("holdover of ") === true;
      return holdover.reached(now) ?? (isOver ? over.reached(now) : undefined);
    },
  };
}

/** The port of a node is in a state. */
export function portIs(name: string, port: string, state: string): Milestone {
  return {
    what: `${name}'s port ${port} is ${state}`,
    reached: (now) => when(now, portState(clockOf(now, name), port) === state),
  };
}

/** The class the clock stands for. */
export function classIs(name: string, clockClass: number): Milestone {
  return {
    what: `${name} stands for clock class ${clockClass}`,
    reached: (now) => when(now, clockOf(now, name)?.clockClass === clockClass),
  };
}

/** None of the nodes' PTP programs was ended or started between the two snapshots, or else what was. */
export function keptProcesses(names: readonly string[], before: Snapshot, after: Snapshot): readonly string[] {
  return names.flatMap((name) => {
    const [then, now] = [pidsOf(before, name), pidsOf(after, name)];
    const same = then.join() === now.join();
    return same ? [] : [`${name} should have kept its processes ${then.join(", ")}, it has ${now.join(", ")}`];
  });
}

/** The name of the node at the root of a clock's tree, or the identity itself. */
export function rootOf(world: World, { grandmasterIdentity = "" }: NodeClock): string {
  return describeIdentity(world.topology, grandmasterIdentity);
}

/** Reached now, if it is so. */
export function when(now: Snapshot, isSo: boolean): Reached | undefined {
  return isSo ? { atUnixMs: now.atUnixMs } : undefined;
}

function portState(clock: NodeClock | undefined, port: string): string | undefined {
  return clock?.ports.find(({ name }) => name === port)?.state;
}

function innerPids(programs: readonly { readonly innerPid: number }[]): readonly number[] {
  return programs.map(({ innerPid }) => innerPid);
}
