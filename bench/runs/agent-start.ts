import type { Host } from "../../tools/lab/lab.ts";
import { bareStarts } from "../baseline/bare-ptp4l.ts";
import type { Benchmark } from "../benchmark.ts";
import { configDocument } from "../manifests/documents.ts";
import { ptp4lConf } from "../manifests/ptp4l-conf.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { until } from "../measure/until.ts";
import { openClockProbe, type ClockProbe } from "../nodes/clock-probe.ts";
import { createNodeWorld, type NodeWorld } from "../nodes/node-world.ts";
import { single } from "../report/measurement.ts";
import { summarize } from "../report/summary.ts";

const domainNumber = 24;
const nodeName = "started";

/** From the start of an agent's process to a ptp4l that answers. */
export const agentStart: Benchmark = {
  name: "agent-start",
  title: "start of the agent's process until its ptp4l answers",
  run: async (context) => {
    await using world = await createNodeWorld(context);
    const host = await world.host(nodeName);
    await world.lab.link({ host, name: "x0" }, { host: world.operatorHost, name: "x-started" });
    await world.directory.putNodes([nodeName]);
    const conf = ptp4lConf({ interfaces: ["x0"], domainNumber, priority2: 9, role: "transmitter" });
    await world.directory.put("started", configDocument({ name: "started", nodeName, ptp4lConf: conf }));
    const socketPath = host.path("/var/run/ptp4l.0.socket");
    await using probe = await openClockProbe({ socketPath, domainNumber, ownPath: world.sharedSocket("started") });
    const repetitions = context.quick ? 2 : 20;
    const start = { world, host, probe, repetitions };
    // The very first start reads every file from the disk; it is not what is asked for.
    await timeStarts({ ...start, repetitions: 1 }, () => forget(host));
    const fresh = await timeStarts(start, () => forget(host));
    const target = { of: "max", atMost: 1_000 } as const;
    context.report({ name: "fresh node, config from the operator", unit: "ms", samples: fresh, target });
    await world.operator.stop();
    const kept = await timeStarts(start, () => Promise.resolve());
    context.report({ name: "restart, operator away", unit: "ms", samples: kept, target });
    const bare = await bareStarts(world, repetitions);
    context.report({ name: "bare ptp4l start to answer", unit: "ms", samples: bare });
    context.report(single("fresh to bare at p50", "×", summarize(fresh).p50 / summarize(bare).p50));
  },
};

interface Starts {
  readonly world: NodeWorld;
  readonly host: Host;
  readonly probe: ClockProbe;
  readonly repetitions: number;
}

async function timeStarts(
  { world, host, probe, repetitions }: Starts,
  prepare: () => Promise<void>,
): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let turn = 0; turn < repetitions; turn++) {
    await prepare();
    const startedMs = monotonicMs();
    const agent = world.startAgent(host);
    const answered = async (): Promise<number | undefined> =>
      (await probe.get("DEFAULT_DATA_SET")) === undefined ? undefined : monotonicMs() - startedMs;
    samples.push(await until(answered, { what: "the ptp4l of a started agent", timeoutMs: 20_000, everyMs: 2 }));
    await agent.stop();
  }
  return samples;
}

/** Makes the host a fresh node. */
async function forget(host: Host): Promise<void> {
  await host.run(["find", "/var/lib/ptp-agent", "-mindepth", "1", "-delete"]);
}
