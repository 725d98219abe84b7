import { startClockProbe } from "../../tools/demo/world/clock-probe.ts";
import { metricValue } from "../../tools/demo/world/metrics-text.ts";
import { nodeOf } from "../../tools/demo/world/snapshot.ts";
import type { World } from "../../tools/demo/world/world.ts";
import { milestone, reach, until } from "./reach.ts";

/** The first ptp4l of a node answers, asked from beside it, with this priority2. */
export async function answersWith(world: World, name: string, priority2: number): Promise<void> {
  const probe = await startClockProbe(world.node(name).host, "/var/run/ptp4l.0.socket", 24);
  await until(
    `${name} answers with priority2 ${priority2}`,
    () => probe.firstSeen((dataSet) => dataSet.priority2 === priority2, 0) !== undefined,
  );
  await probe.stop();
}

/** Every PTP program that runs is one its node's status tells of: no orphan, no double. An orphan would stay. */
export async function noStrangers(world: World): Promise<void> {
  await reach(
    world,
    world.nodes.map(({ name }) =>
      milestone(`the status of ${name} tells of exactly what runs`, (now) => {
        const { programs, status } = nodeOf(now, name);
        const told = status.processes.flatMap(({ pid }) => pid ?? []);
        return programs.length === told.length && programs.every(({ innerPid }) => told.includes(innerPid));
      }),
    ),
  );
}

/** Every node's agent has a session with the operator that runs now. */
export async function allConnected(world: World): Promise<void> {
  await until(`${world.nodes.length} agents are connected`, async () => {
    const metrics = await world.operatorMetrics();
    return metrics !== undefined && metricValue(metrics, "ptp_operator_sessions") === world.nodes.length;
  });
}
