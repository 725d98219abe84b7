import { nodeOf, pidsOf, ptpProgramOf } from "../world/snapshot.ts";
import type { World } from "../world/world.ts";
import { keptProcesses, runsItsConfig, takesTime } from "./milestones.ts";
import type { Milestone, Step } from "./step.ts";

/** What can be killed: the operator, a node's agent, or a node's ptp4l. */
export type Victim =
  | { readonly kind: "operator" }
  | { readonly kind: "agent"; readonly node: string }
  | { readonly kind: "ptp4l"; readonly node: string };

/** In words. */
export function victimName(victim: Victim): string {
  return victim.kind === "operator" ? "the operator" : `${victim.kind} of ${victim.node}`;
}

/** kill -9; whoever keeps the victim running starts it again. Throws when it does not run. */
export async function killVictim(world: World, victim: Victim): Promise<void> {
  switch (victim.kind) {
    case "operator":
      return world.operator.kill();
    case "agent":
      return world.node(victim.node).agent.kill();
    case "ptp4l": {
      const ptp4l = world
        .node(victim.node)
        .host.processes()
        .find((entry) => ptpProgramOf(entry) === "ptp4l");
      if (ptp4l === undefined) throw new Error(`${victim.node} runs no ptp4l to kill`);
      process.kill(ptp4l.pid, "SIGKILL");
    }
  }
}

/** Kills one program; it must come back by itself, and nothing else may restart. */
export function killStep(victim: Victim): Step {
  return {
    title: `kill -9 ${victimName(victim)}`,
    deadlineMs: 90_000,
    act: async (world, before) => {
      const atUnixMs = Date.now();
      const operatorStarts = world.operator.starts();
      await killVictim(world, victim);
      const all = world.nodes.map(({ name }) => name);
      const hit = victim.kind === "operator" ? [] : [victim.node];
      const milestones: Milestone[] = hit.map((name) => runsOthers(name, pidsOf(before, name)));
      return {
        atUnixMs,
        milestones: [
          ...milestones,
          ...(victim.kind === "operator" ? [operatorIsBack(world, operatorStarts)] : []),
          ...all.map((name) => runsItsConfig(name)),
          ...["bc", "oc1", "oc2"].map((name) => takesTime(world, name)),
        ],
        findings: (before, after) =>
          keptProcesses(
            all.filter((name) => !hit.includes(name)),
            before,
            after,
          ),
      };
    },
  };
}

function runsOthers(name: string, old: readonly number[]): Milestone {
  return {
    what: `${name} runs other processes than ${old.join(", ")}`,
    reached: (now) => {
      const pids = pidsOf(now, name);
      if (!nodeOf(now, name).agentRuns || pids.length < old.length || pids.some((pid) => old.includes(pid))) return;
      return { atUnixMs: now.atUnixMs, told: `${name} runs ${pids.join(", ")} in place of ${old.join(", ")}` };
    },
  };
}

function operatorIsBack(world: World, starts: number): Milestone {
  return {
    what: "the operator runs again",
    reached: (now) => (world.operator.starts() > starts ? { atUnixMs: now.atUnixMs } : undefined),
  };
}
