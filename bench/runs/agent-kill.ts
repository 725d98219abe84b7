import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../tools/lab/lab.ts";
import { parseMetricsText } from "../../tools/demo/world/metrics-text.ts";
import type { Benchmark } from "../benchmark.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { until } from "../measure/until.ts";
import { ptp4lOfDomain } from "../nodes/ptp4l-processes.ts";
import { createThreeNodes, editedDomain, type EditedNode, type ThreeNodes } from "../nodes/three-nodes.ts";

const limitMs = 30_000;

/** kill -9 of an agent that is started again at once. */
export const agentKill: Benchmark = {
  name: "agent-kill",
  title: "kill -9 of an agent, started again at once, until its port is SLAVE and its state LOCKED again",
  run: async (context) => {
    await using three = await createThreeNodes(context);
    const { clock } = three.world.lab;
    if (!clock.adjustable) throw new Error(`no clock can get LOCKED here: ${clock.reason}`);
    const receivers = three.nodes.filter(({ host }) => host.name !== "gm");
    for (const node of receivers) await lockedSince(node, monotonicMs());
    const slave: number[] = [];
    const locked: number[] = [];
    for (let turn = 0; turn < (context.quick ? 2 : 24); turn++) {
      const node = receivers[turn % receivers.length];
      if (node === undefined) break;
      await sleep(1_000);
      const startedMs = await killAndRestart(node, three);
      slave.push(await slaveSince(node, startedMs));
      locked.push(await lockedSince(node, startedMs));
    }
    context.report({ name: "kill to port SLAVE", unit: "ms", samples: slave, note: "asked of ptp4l itself" });
    context.report({ name: "kill to state LOCKED", unit: "ms", samples: locked, note: "by /metrics, every 50 ms" });
  },
};

/** Returns when the agent was killed; its ptp4l, which must not outlive it, is gone then. */
async function killAndRestart(node: EditedNode, { world }: ThreeNodes): Promise<number> {
  const { pid } = await ptp4lOfDomain(node.host, editedDomain);
  const startedMs = monotonicMs();
  await node.agent.kill("SIGKILL");
  await node.agent.exited;
  await until(() => !isAlive(pid) || undefined, { what: "the end of an orphaned ptp4l", timeoutMs: 2_000, everyMs: 1 });
  node.agent = world.startAgent(node.host);
  return startedMs;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function slaveSince({ probe, host }: EditedNode, startedMs: number): Promise<number> {
  const isSlave = async (): Promise<number | undefined> =>
    (await probe.get("PORT_DATA_SET"))?.portState === "TIME_RECEIVER" ? monotonicMs() - startedMs : undefined;
  return await until(isSlave, { what: `SLAVE on ${host.name}`, timeoutMs: limitMs, everyMs: 5 });
}

async function lockedSince({ host }: EditedNode, startedMs: number): Promise<number> {
  const isLocked = async (): Promise<number | undefined> =>
    (await clockState(host)) === 1 ? monotonicMs() - startedMs : undefined;
  return await until(isLocked, { what: `LOCKED on ${host.name}`, timeoutMs: limitMs, everyMs: 50 });
}

/** The state of the receiver's ptp4l as a metric: 1 is LOCKED; undefined while there is no such series. */
async function clockState(host: Host): Promise<number | undefined> {
  try {
    const { body } = await host.httpGet(9091, "/metrics");
    return parseMetricsText(body).find(
      ({ name, labels }) =>
        name === "openshift_ptp_clock_state" && labels["process"] === "ptp4l" && labels["iface"]?.startsWith("o0"),
    )?.value;
  } catch {
    // The agent does not serve yet.
    return undefined;
  }
}
