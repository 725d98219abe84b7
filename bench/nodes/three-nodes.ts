import type { Host, HostProcess } from "../../tools/lab/lab.ts";
import type { BenchContext } from "../benchmark.ts";
import { configDocument } from "../manifests/documents.ts";
import { ptp4lConf } from "../manifests/ptp4l-conf.ts";
import { until } from "../measure/until.ts";
import { openClockProbe, type ClockProbe } from "./clock-probe.ts";
import { createNodeWorld, type NodeWorld } from "./node-world.ts";
import { ptp4lOfDomain, ptp4lProcesses, socketOf } from "./ptp4l-processes.ts";

/** Domain of the clocks that are edited. */
export const editedDomain = 24;
/** Domain of the second clock of each node, which is not edited. */
const otherDomain = 99;

/** A node with an agent and two ptp4l, of which one is edited. */
export interface EditedNode {
  readonly host: Host;
  agent: HostProcess;
  /** Asks the edited ptp4l. */
  readonly probe: ClockProbe;
  /** Writes the edited profile anew; returns when the rename began. */
  edit(priority2: number): Promise<number>;
}

/** A grandmaster and two ordinary clocks, each with a second ptp4l beside. */
export interface ThreeNodes extends AsyncDisposable {
  readonly world: NodeWorld;
  readonly nodes: readonly EditedNode[];
}

const names = ["gm", "oc1", "oc2"] as const;
/** Of the edited profile at the start. */
const firstPriority2 = 250;

/** Makes the nodes and waits until all six ptp4l run. */
export async function createThreeNodes(context: BenchContext): Promise<ThreeNodes> {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await createNodeWorld(context));
  const hosts = await joinHosts(world);
  await world.directory.putNodes(names);
  for (const name of names) await editProfile(world, name, firstPriority2);
  const other = { interfaces: ["x0"], domainNumber: otherDomain, priority2: 200, role: "transmitter" } as const;
  await world.directory.put("other", configDocument({ name: "other", ptp4lConf: ptp4lConf(other) }));
  const nodes: EditedNode[] = [];
  for (const host of hosts) {
    const agent = world.startAgent(host);
    const what = `two ptp4l on ${host.name}`;
    await until(() => ptp4lProcesses(host).length === 2 || undefined, { what, timeoutMs: 20_000, everyMs: 50 });
    const probe = stack.use(await probeOf(world, host, editedDomain));
    nodes.push({ host, agent, probe, edit: (priority2) => editProfile(world, host.name, priority2) });
  }
  const close = stack.move();
  return { world, nodes, [Symbol.asyncDispose]: () => close.disposeAsync() };
}

/** A probe of the ptp4l of that domain. */
export async function probeOf(world: NodeWorld, host: Host, domainNumber: number): Promise<ClockProbe> {
  const socketPath = socketOf(host, await ptp4lOfDomain(host, domainNumber));
  return await openClockProbe({
    socketPath,
    domainNumber,
    ownPath: world.sharedSocket(`${host.name}-${domainNumber}`),
  });
}

async function joinHosts(world: NodeWorld): Promise<readonly Host[]> {
  const [gm, oc1, oc2] = [await world.host("gm"), await world.host("oc1"), await world.host("oc2")];
  await world.lab.link({ host: gm, name: "g1" }, { host: oc1, name: "o0" });
  await world.lab.link({ host: gm, name: "g2" }, { host: oc2, name: "o0" });
  for (const host of [gm, oc1, oc2]) {
    await world.lab.link({ host, name: "x0" }, { host: world.operatorHost, name: `x-${host.name}` });
  }
  return [gm, oc1, oc2];
}

function editProfile({ directory }: NodeWorld, nodeName: string, priority2: number): Promise<number> {
  const isGrandmaster = nodeName === "gm";
  const conf = ptp4lConf({
    interfaces: isGrandmaster ? ["g1", "g2"] : ["o0"],
    domainNumber: editedDomain,
    priority2,
    role: isGrandmaster ? "transmitter" : "receiver",
  });
  return directory.put(`edited-${nodeName}`, configDocument({ name: `edited-${nodeName}`, nodeName, ptp4lConf: conf }));
}
