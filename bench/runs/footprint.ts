import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host, HostProcess } from "../../tools/lab/lab.ts";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import { configDocument } from "../manifests/documents.ts";
import { ptp4lConf } from "../manifests/ptp4l-conf.ts";
import { sampleProcess } from "../measure/process-sample.ts";
import { until } from "../measure/until.ts";
import { watchProcess, type Footprint } from "../measure/watch-process.ts";
import { createNodeWorld, type NodeWorld } from "../nodes/node-world.ts";
import { ptp4lOfDomain } from "../nodes/ptp4l-processes.ts";
import { probeOf } from "../nodes/three-nodes.ts";
import { ptp4lFolder } from "../programs/program-paths.ts";
import { single } from "../report/measurement.ts";

const nodeName = "watched";
const ports = [0, 1, 2, 3] as const;
/** Of port 0; each has its own, so that its ptp4l can be told from the others. */
const firstDomain = 24;

/** Memory and CPU of the bundled programs. */
export const footprint: Benchmark = {
  name: "footprint",
  title: "agent and operator, bundled: memory and CPU at rest and with 4 ptp4l at 16 messages/s",
  run: async (context) => {
    await using world = await createNodeWorld(context);
    const host = await createHost(world);
    await world.directory.putNodes([nodeName]);
    const agent = world.startAgent(host);
    await sleep(context.quick ? 1_000 : 10_000);
    const bareMiB = await bareNodeRss();
    context.report(single("bare Node, doing nothing", "MiB", bareMiB));
    await watchBoth(context, { agent, operator: world.operator, when: "at rest" });
    await startClocks(world, host);
    context.progress("4 ptp4l are SLAVE; watching");
    await watchBoth(context, { agent, operator: world.operator, when: "4 ptp4l" });
  },
};

async function createHost(world: NodeWorld): Promise<Host> {
  const host = await world.host(nodeName);
  const peer = await world.host("peer");
  for (const port of ports) await world.lab.link({ host, name: `w${port}` }, { host: peer, name: `p${port}` });
  for (const port of ports) {
    const domainNumber = firstDomain + port;
    const conf = ptp4lConf({ interfaces: [`p${port}`], domainNumber, priority2: 1, role: "transmitter" });
    const sockets = `[global]\nuds_address /var/run/gm.${port}.socket\nuds_ro_address /var/run/gm.${port}.ro.socket`;
    await peer.writeFile(`/var/run/gm.${port}.config`, conf.replace("[global]", sockets));
    peer.spawn([`${ptp4lFolder()}/ptp4l`, "-2", "-f", `/var/run/gm.${port}.config`, "-q"]);
  }
  return host;
}

/** Gives the node four profiles and waits until each receives time (or would, where no clock may be moved). */
async function startClocks(world: NodeWorld, host: Host): Promise<void> {
  const wanted = world.lab.clock.adjustable ? "TIME_RECEIVER" : "UNCALIBRATED";
  for (const port of ports) {
    const name = `clock-${port}`;
    const domainNumber = firstDomain + port;
    const conf = ptp4lConf({ interfaces: [`w${port}`], domainNumber, priority2: 100, role: "receiver" });
    await world.directory.put(name, configDocument({ name, nodeName, ptp4lConf: conf }));
    const found = async () => await ptp4lOfDomain(host, domainNumber).catch(() => undefined);
    await until(found, { what: `ptp4l of profile ${name}`, timeoutMs: 20_000, everyMs: 100 });
    await using probe = await probeOf(world, host, domainNumber);
    const receives = async () => (await probe.get("PORT_DATA_SET"))?.portState === wanted || undefined;
    await until(receives, { what: `${wanted} of profile ${name}`, timeoutMs: 20_000, everyMs: 50 });
  }
}

interface Watched {
  readonly agent: HostProcess;
  readonly operator: HostProcess;
  readonly when: string;
}

async function watchBoth(context: BenchContext, { agent, operator, when }: Watched): Promise<void> {
  const [agentPid, operatorPid] = [await agent.pid(), await operator.pid()];
  if (agentPid === undefined || operatorPid === undefined) throw new Error("agent or operator ended");
  const [ofAgent, ofOperator] = await Promise.all([
    watchProcess(agentPid, context.watchMs),
    watchProcess(operatorPid, context.watchMs),
  ]);
  tell(context, `agent ${when}`, ofAgent, { rssMiB: 80, cpuPercent: 1 });
  tell(context, `operator ${when}`, ofOperator);
}

function tell(
  { report }: BenchContext,
  who: string,
  { rssMiB, anonymousMiB, cpuPercent }: Footprint,
  limits?: { readonly rssMiB: number; readonly cpuPercent: number },
): void {
  const upTo = (atMost: number | undefined) => (atMost === undefined ? {} : { target: { of: "max", atMost } as const });
  report({ name: `${who}: RSS`, unit: "MiB", samples: rssMiB, ...upTo(limits?.rssMiB) });
  report({ name: `${who}: anonymous memory`, unit: "MiB", samples: anonymousMiB });
  report(single(`${who}: CPU`, "% of a core", cpuPercent, upTo(limits?.cpuPercent)));
}

async function bareNodeRss(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 60000)"], { stdio: "ignore" });
  await sleep(1_000);
  const { rssMiB } = sampleProcess(child.pid ?? 0);
  child.kill("SIGKILL");
  return rssMiB;
}
