import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Host, Lab, LinkEnd } from "../../lab/lab.ts";
import { linuxptpProgramDir } from "../../lab/linuxptp/releases.ts";
import { createConfigDirectory, type ConfigDirectory } from "./config-directory.ts";
import { createKeptProgram, type KeptProgram } from "./kept-program.ts";
import { parseMetricsText, type MetricLine } from "./metrics-text.ts";
import { parseNodeStatus, type NodeStatus } from "./node-status.ts";
import { hardwareAddress, type CableEnd, type Topology } from "./topology.ts";

/** How to make a world. */
export interface WorldOptions {
  readonly lab: Lab;
  readonly topology: Topology;
  /** Folder with the first documents; it is copied, never written to. */
  readonly documents: string;
  /** Release of linuxptp on nodes that do not have 4.2. */
  readonly linuxptp?: Readonly<Record<string, string>>;
}

/** One node: a host with an agent. */
export interface WorldNode {
  readonly name: string;
  readonly host: Host;
  readonly agent: KeptProgram;
  /** What the operator's status directory tells of it. */
  status(): Promise<NodeStatus>;
  /** What its agent serves; undefined while it does not answer. */
  metrics(): Promise<readonly MetricLine[] | undefined>;
}

/** Hosts with a standalone operator and an agent per node: all real programs, all of it gone with the lab. */
export interface World {
  readonly lab: Lab;
  readonly topology: Topology;
  readonly config: ConfigDirectory;
  readonly operator: KeptProgram;
  /** What the operator serves; undefined while it does not answer. */
  operatorMetrics(): Promise<readonly MetricLine[] | undefined>;
  readonly nodes: readonly WorldNode[];
  node(name: string): WorldNode;
  /** Starts the operator and all agents. */
  start(): void;
  /** Ends the programs in order, agents first. The lab is closed by who made it. */
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "../../..");
/** Where the bundled programs are. */
export const bundledProgram = (name: "ptp-operator" | "ptp-agent"): string => join(root, "dist/bin", name);
/** Where sessions' sockets are, in every host of the lab. */
export const sessionDirectory = "/run/lab/sessions";
const configDirectory = "/run/lab/config";

/** Makes hosts, cables, documents and programs; nothing runs before `start`. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { lab, topology } = options;
  const config = await createConfigDirectory(options.documents, configDirectory, lab.sharedPath(configDirectory));
  await mkdir(lab.sharedPath(sessionDirectory), { recursive: true });
  const operatorHost = await lab.host("operator");
  const hosts = new Map<string, Host>();
  for (const name of topology.nodes) hosts.set(name, await lab.host(name));
  const linkEnd = ([name, networkInterface]: CableEnd): LinkEnd => {
    const host = hosts.get(name);
    if (host === undefined) throw new Error(`a cable ends at ${name}, which is no node`);
    return { host, name: networkInterface, mac: hardwareAddress(topology, [name, networkInterface]) };
  };
  for (const [one, other] of topology.cables) await lab.link(linkEnd(one), linkEnd(other));
  const nodes = [...hosts].map(([name, host]) =>
    createNode(name, { host, config, release: options.linuxptp?.[name] ?? "4.2" }),
  );
  const operator = createKeptProgram({
    host: operatorHost,
    name: "operator",
    argv: [
      process.execPath,
      bundledProgram("ptp-operator"),
      "--directory",
      configDirectory,
      "--session-dir",
      sessionDirectory,
    ],
  });
  return {
    lab,
    topology,
    config,
    operator,
    operatorMetrics: () => readMetrics(operatorHost, 8080),
    nodes,
    node: (name) => find(nodes, name),
    start: () => [operator, ...nodes.map(({ agent }) => agent)].forEach((program) => program.start()),
    stop: async () => {
      await Promise.all(nodes.map(({ agent }) => agent.stop()));
      await operator.stop();
    },
  };
}

/** What an agent of a node is started with. */
export function agentArguments(nodeName: string, release: string): readonly string[] {
  return [
    process.execPath,
    bundledProgram("ptp-agent"),
    "--operator",
    `unix:${sessionDirectory}/${nodeName}.sock`,
    "--program-path",
    `${linuxptpProgramDir(release)}:/usr/sbin:/usr/bin:/sbin:/bin`,
  ];
}

interface NodeParts {
  readonly host: Host;
  readonly config: ConfigDirectory;
  readonly release: string;
}

function createNode(name: string, { host, config, release }: NodeParts): WorldNode {
  const agent = createKeptProgram({
    host,
    name: `agent of ${name}`,
    argv: agentArguments(name, release),
    env: { NODE_NAME: name },
  });
  return {
    name,
    host,
    agent,
    status: async () => parseNodeStatus(await config.status(`NodePtpDevice.openshift-ptp.${name}.yaml`)),
    metrics: () => readMetrics(host, 9091),
  };
}

async function readMetrics(host: Host, port: number): Promise<readonly MetricLine[] | undefined> {
  const answer = await host.httpGet(port, "/metrics").catch(() => undefined);
  return answer?.status === 200 ? parseMetricsText(answer.body) : undefined;
}

function find(nodes: readonly WorldNode[], name: string): WorldNode {
  const found = nodes.find((node) => node.name === name);
  if (found === undefined) throw new Error(`there is no node ${name}`);
  return found;
}
