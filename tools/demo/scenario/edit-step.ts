import { startClockProbe, type ClockProbe } from "../world/clock-probe.ts";
import { nodeOf, pidsOf, type Snapshot } from "../world/snapshot.ts";
import { keptProcesses, runsItsConfig, takesTime } from "./milestones.ts";
import type { Milestone, Step } from "./step.ts";

const touched = ["oc1", "oc2"] as const;
const untouched = ["gm", "bc"] as const;
const aliveMs = 2_000;
const domainNumber = 24;

/** Edits the profile of the ordinary clocks; only their ptp4l may restart. */
export const editStep: Step = {
  title: "edit the profile of oc1 and oc2",
  deadlineMs: 90_000,
  act: async (world, before) => {
    const probes = await Promise.all(
      touched.map((name) => startClockProbe(world.node(name).host, "/var/run/ptp4l.0.socket", domainNumber)),
    );
    const priority2 = nextPriority2(await world.config.read("ordinary.yaml"));
    const atUnixMs = await world.config.edit("ordinary.yaml", (text) => withPriority2(text, priority2));
    const runs = touched.map((name, index) => runsContent({ name, priority2, atUnixMs, probe: probes[index] }));
    return {
      atUnixMs,
      milestones: [
        ...runs,
        ...touched.map((name) => tellsNewRevision(name, before)),
        // Only a report of the process that runs now can tell where its clock stands.
        ...touched.map((name) => runsItsConfig(name)),
        ...touched.map((name) => takesTime(world, name)),
        staysAlive(atUnixMs),
      ],
      findings: (before, after) => [...keptProcesses(untouched, before, after), ...restartedOnce(before, after)],
      end: async () => void (await Promise.all(probes.map((probe) => probe.stop()))),
    };
  },
};

/** The priority2 after the one a document asks for, so that each edit differs. */
export function nextPriority2(text: string): number {
  const current = Number(/^\s*priority2 (\d+)$/m.exec(text)?.[1] ?? 199);
  return current >= 250 ? 129 : current + 1;
}

/** The document with another priority2 in its ptp4l configuration. */
export function withPriority2(text: string, priority2: number): string {
  if (/^\s*priority2 \d+$/m.test(text)) return text.replace(/^(\s*)priority2 \d+$/m, `$1priority2 ${priority2}`);
  return text.replace(/^(\s*)domainNumber \d+$/m, `$&\n$1priority2 ${priority2}`);
}

interface Running {
  readonly name: string;
  readonly priority2: number;
  readonly atUnixMs: number;
  readonly probe: ClockProbe | undefined;
}

function runsContent({ name, priority2, atUnixMs, probe }: Running): Milestone {
  return {
    what: `${name} answers GET DEFAULT_DATA_SET with priority2 ${priority2}`,
    reached: () => {
      const seenUnixMs = probe?.firstSeen((dataSet) => dataSet.priority2 === priority2, atUnixMs);
      return seenUnixMs === undefined ? undefined : { atUnixMs: seenUnixMs };
    },
  };
}

function tellsNewRevision(name: string, before: Snapshot): Milestone {
  const old = nodeOf(before, name).status.revision;
  return {
    what: `the status of ${name} has another revision than ${old}`,
    reached: (now) => {
      const { revision } = nodeOf(now, name).status;
      if (revision === "" || revision === old) return undefined;
      return { atUnixMs: now.atUnixMs, told: `the status of ${name} tells revision ${revision} instead of ${old}` };
    },
  };
}

function staysAlive(atUnixMs: number): Milestone {
  return {
    what: `${aliveMs / 1000} s later both are alive`,
    isPause: true,
    reached: (now) => (now.atUnixMs < atUnixMs + aliveMs + 1_000 ? undefined : { atUnixMs: now.atUnixMs }),
  };
}

function restartedOnce(before: Snapshot, after: Snapshot): readonly string[] {
  return touched.flatMap((name) => {
    const [then, now] = [pidsOf(before, name), pidsOf(after, name)];
    const restarted = now.length === then.length && now.every((pid) => !then.includes(pid));
    return restarted
      ? []
      : [`${name} should run a new ptp4l in place of ${then.join(", ")}, it runs ${now.join(", ") || "none"}`];
  });
}
