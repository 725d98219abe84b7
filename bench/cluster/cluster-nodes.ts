import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createLab, type Host, type Lab } from "../../tools/lab/lab.ts";
import type { BenchContext } from "../benchmark.ts";
import { ptp4lConf } from "../manifests/ptp4l-conf.ts";
import { until } from "../measure/until.ts";
import { openClockProbe, type ClockProbe } from "../nodes/clock-probe.ts";
import { ptp4lOfDomain, ptp4lProcesses, socketOf } from "../nodes/ptp4l-processes.ts";
import { bundledProgram, ptp4lFolder } from "../programs/program-paths.ts";
import type { ClusterWorld } from "./cluster-world.ts";
import { startRelay } from "./service-relay.ts";

/** Names of the nodes that are hosts with agents. */
export const hostNames = ["n1", "n2"] as const;

/** Domain of the clocks that are edited. */
export const editedDomain = 24;
const otherDomain = 99;
const agentPort = 8443;

/** A host with the real agent and two ptp4l, of which one is edited. */
export interface ClusterNode {
  readonly host: Host;
  /** Asks the edited ptp4l. */
  readonly probe: ClockProbe;
  /** Name of the PtpConfig that is edited. */
  readonly configName: string;
  /** Writes that PtpConfig anew; returns when the request was sent. */
  edit(priority2: number): Promise<number>;
}

/** Two joined hosts. */
export interface ClusterNodes extends AsyncDisposable {
  readonly lab: Lab;
  readonly nodes: readonly ClusterNode[];
}

/** Makes the hosts and waits until all four ptp4l run. The agents reach the replicas through relays that play a Service. */
export async function createClusterNodes({ dist, workDir }: BenchContext, world: ClusterWorld): Promise<ClusterNodes> {
  await using stack = new AsyncDisposableStack();
  const programs = ptp4lFolder();
  const lab = stack.adopt(await createLab(), (made) => made.close());
  const socket = "/run/lab/operator.sock";
  stack.use(await startRelay({ path: lab.sharedPath(socket) }, Object.values(world.addresses).map(placeOf)));
  const hosts = [await lab.host(hostNames[0]), await lab.host(hostNames[1])] as const;
  for (const name of ["e0", "x0"]) await lab.link({ host: hosts[0], name }, { host: hosts[1], name });
  const put = (name: string, priority2: number) => {
    const role = name === hostNames[0] ? "transmitter" : "receiver";
    const conf = ptp4lConf({ interfaces: ["e0"], domainNumber: editedDomain, priority2, role });
    return world.put({ name: `edited-${name}`, nodeName: name, ptp4lConf: conf });
  };
  const other = { interfaces: ["x0"], domainNumber: otherDomain, priority2: 200, role: "transmitter" } as const;
  for (const name of hostNames) {
    await put(name, 250);
    await world.put({ name: `other-${name}`, nodeName: name, ptp4lConf: ptp4lConf(other) });
  }
  const nodes: ClusterNode[] = [];
  for (const host of hosts) {
    await startAgent(host, { world, words: bundledProgram(dist, "ptp-agent"), programs, socket, workDir });
    const what = `two ptp4l on ${host.name}`;
    await until(() => ptp4lProcesses(host).length === 2 || undefined, { what, timeoutMs: 60_000, everyMs: 50 });
    const socketPath = socketOf(host, await ptp4lOfDomain(host, editedDomain));
    const ownPath = join(workDir, `${host.name}.sock`);
    const probe = stack.use(await openClockProbe({ socketPath, domainNumber: editedDomain, ownPath }));
    const edit = (priority2: number) => put(host.name, priority2);
    nodes.push({ host, probe, configName: `edited-${host.name}`, edit });
  }
  const close = stack.move();
  return { lab, nodes, [Symbol.asyncDispose]: () => close.disposeAsync() };
}

interface AgentParts {
  readonly world: ClusterWorld;
  readonly words: readonly string[];
  readonly programs: string;
  readonly socket: string;
  readonly workDir: string;
}

async function startAgent(host: Host, { world, words, programs, socket, workDir }: AgentParts): Promise<void> {
  const relay = join(import.meta.dirname, "relay-process.ts");
  host.spawn([process.execPath, relay, String(agentPort), socket]);
  const tokenPath = join(workDir, `${host.name}.token`);
  await writeFile(tokenPath, world.tokens[host.name] ?? "", { mode: 0o600 });
  const operator = ["--operator", `127.0.0.1:${agentPort}`, "--operator-ca", world.caPath, "--token-file", tokenPath];
  host.spawn([...words, "--node-name", host.name, ...operator, "--program-path", programs]);
}

function placeOf(address: string) {
  const [host = "", port = "0"] = address.split(":");
  return { host, port: Number(port) };
}
