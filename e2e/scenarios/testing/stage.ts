import { join } from "node:path";
import type { Host, HostProcess, Lab } from "../../../tools/lab/lab.ts";
import { linuxptpProgramDir } from "../../../tools/lab/linuxptp/releases.ts";
import { parseMetricsText, type MetricLine } from "../../../tools/demo/world/metrics-text.ts";
import { bundledProgram } from "../../../tools/demo/world/world.ts";
import { readChanges, type SeenChange } from "./read-changes.ts";
import type { Attachment, Scenario } from "./scenario.ts";

/** The hosts of one scenario with one release of linuxptp: switches, clocks without an agent, and a node with one. */
export interface Stage {
  readonly release: string;
  /** Starts a ptp4l without an agent, with its first lines or with others. */
  startSource(host: string, lines?: readonly string[]): Promise<void>;
  /** kill -9; returns when it is dead. */
  killSource(host: string): Promise<void>;
  /** Has a source without time receivers announce another class. */
  setClass(host: string, clockClass: number): Promise<void>;
  /** Takes the carrier from an interface, `node:oc0`, or gives it back. */
  unplug(end: Attachment): Promise<void>;
  plug(end: Attachment): Promise<void>;
  /** Loses all that goes to or from an interface while its link stays up, or does so no longer. */
  mute(end: Attachment): Promise<void>;
  unmute(end: Attachment): Promise<void>;
  /** Sends a signal to a ptp4l of the node, by the name of its configuration. */
  signalPtp4l(signal: NodeJS.Signals, config?: string): void;
  /** Transitions of the node's clocks so far, as its agent logged them. */
  changes(): readonly SeenChange[];
  /** What the agent serves; undefined while it does not. */
  metrics(): Promise<readonly MetricLine[] | undefined>;
  /** The newest lines of the agent. */
  lines(): readonly string[];
  /** Has the agent end in order; returns what it wrote from then on. Throws if it ends otherwise. */
  stopAgent(): Promise<readonly string[]>;
}

const settings = { node: "/etc/linuxptp", conf: "/run/source.conf", socket: "/var/run/ptp4l" } as const;

/** Makes the hosts in the lab, joins them, and starts the sources and the agent. */
export async function createStage(lab: Lab, scenario: Scenario, release: string): Promise<Stage> {
  const hosts = await makeHosts(lab, scenario, release);
  const { node, network } = hosts;
  const ptp4l = join(linuxptpProgramDir(release), "ptp4l");
  const running = new Map<string, HostProcess>();
  const startSource: Stage["startSource"] = async (name, lines = scenario.sources[name] ?? []) => {
    const host = hosts.named(name);
    await host.writeFile(settings.conf, lines.join("\n"));
    running.set(name, host.spawn([ptp4l, "-f", settings.conf, "-m", "-q"]));
  };
  for (const name of Object.keys(scenario.sources)) await startSource(name);
  await node.writeFile(`${settings.node}/node`, JSON.stringify(scenario.profiles));
  const agent = node.spawn(agentWords(release));
  const onSwitch = (end: Attachment, ...words: string[]): Promise<string> =>
    network.run(["ip", "link", "set", portOf(end), ...words]);
  return {
    release,
    startSource,
    killSource: async (name) => {
      await running.get(name)?.kill("SIGKILL");
      await running.get(name)?.exited;
    },
    setClass: async (name, clockClass) => {
      const pmc = join(linuxptpProgramDir(release), "pmc");
      const words = ["-u", "-b", "0", "-d", domainOf(scenario, name), "-s", settings.socket];
      await untilAnswered(hosts.named(name), [pmc, ...words, announcement(clockClass)]);
    },
    unplug: async (end) => void (await onSwitch(end, "down")),
    plug: async (end) => void (await onSwitch(end, "up")),
    mute: async (end) => void (await onSwitch(end, "nomaster")),
    unmute: async (end) => void (await onSwitch(end, "master", networkOf(scenario, end))),
    signalPtp4l: (signal, config = "ptp4l.0.config") => process.kill(ptp4lPid(node, config), signal),
    changes: () => readChanges(agent.log.lines),
    metrics: async () => {
      const answer = await node.httpGet(9091, "/metrics").catch(() => undefined);
      return answer?.status === 200 ? parseMetricsText(answer.body) : undefined;
    },
    lines: () => agent.log.lines,
    stopAgent: () => stopAgent(agent),
  };
}

/** pmc does not wait for an answer for long: it is run until there is one. */
async function untilAnswered(host: Host, pmc: readonly string[]): Promise<void> {
  let answer = "";
  for (let turn = 0; turn < 20; turn++) {
    answer = await host.run(pmc);
    if (answer.includes("RESPONSE MANAGEMENT GRANDMASTER_SETTINGS_NP")) return;
  }
  throw new Error(`${host.name}: ${answer}`);
}

/** It has to wait for its programs, of which none needs long. */
const stopMs = 60_000;

async function stopAgent(agent: HostProcess): Promise<readonly string[]> {
  const before = agent.log.lines.length;
  const { code, signal } = await agent.stop(stopMs);
  if (code !== 0) throw new Error(`the agent ended with ${signal ?? code}`);
  return agent.log.lines.slice(before);
}

interface StageHosts {
  readonly network: Host;
  readonly node: Host;
  named(name: string): Host;
}

async function makeHosts(lab: Lab, scenario: Scenario, release: string): Promise<StageHosts> {
  const hosts = new Map<string, Host>();
  const network = await lab.host(`${release}-network`);
  let ends = 0;
  for (const [name, attachments] of Object.entries(scenario.networks)) {
    await network.run(["ip", "link", "add", name, "type", "bridge", "mcast_snooping", "0", "group_fwd_mask", "16384"]);
    await network.run(["ip", "link", "set", name, "up"]);
    for (const attachment of attachments) {
      const { host: hostName, name: interfaceName, address } = read(attachment);
      const host = hosts.get(hostName) ?? (await lab.host(`${release}-${hostName}`));
      hosts.set(hostName, host);
      const mac = `02:00:00:00:${twoDigits([...hosts.keys()].indexOf(hostName))}:${twoDigits((ends += 1))}`;
      const end = { host, name: interfaceName, mac, ...(address !== undefined && { address }) };
      await lab.link(end, { host: network, name: portOf(attachment) });
      await network.run(["ip", "link", "set", portOf(attachment), "master", name]);
    }
  }
  const named = (name: string): Host => {
    const host = hosts.get(name);
    if (host === undefined) throw new Error(`no network joins a host ${name}`);
    return host;
  };
  return { network, node: named("node"), named };
}

function agentWords(release: string): readonly string[] {
  const path = `${linuxptpProgramDir(release)}:/usr/sbin:/usr/bin:/sbin:/bin`;
  return [
    process.execPath,
    bundledProgram("ptp-agent"),
    "--node-name",
    "node",
    "--linuxptp-profile-path",
    settings.node,
    "--program-path",
    path,
  ];
}

function read(attachment: Attachment): { readonly host: string; readonly name: string; readonly address?: string } {
  const [end = "", address] = attachment.split(" ");
  const [host = "", name = ""] = end.split(":");
  return { host, name, ...(address !== undefined && { address }) };
}

/** The other end of the cable, at the switch. */
function portOf(attachment: Attachment): string {
  const { host, name } = read(attachment);
  return `${host}-${name}`;
}

function networkOf({ networks }: Scenario, end: Attachment): string {
  const found = Object.entries(networks).find(([, all]) => all.some((each) => portOf(each) === portOf(end)));
  if (found === undefined) throw new Error(`no network joins ${end}`);
  return found[0];
}

function domainOf({ sources }: Scenario, name: string): string {
  const line = sources[name]?.find((each) => each.startsWith("domainNumber "));
  return line?.split(" ")[1] ?? "0";
}

/** pmc wants every field. The time scale stays what software time stamps make it: another would be an offset of 37 s. */
function announcement(clockClass: number): string {
  return [
    `SET GRANDMASTER_SETTINGS_NP clockClass ${clockClass} clockAccuracy 0x21 offsetScaledLogVariance 0x4e5d`,
    "currentUtcOffset 37 leap61 0 leap59 0 currentUtcOffsetValid 0 ptpTimescale 0",
    "timeTraceable 0 frequencyTraceable 0 timeSource 0xa0",
  ].join(" ");
}

function ptp4lPid(node: Host, config: string): number {
  // The words before it may be wrappers, or a dynamic loader of its own.
  const found = node.processes().find(({ argv }) => argv.some((word) => word.endsWith(`/${config}`)));
  if (found === undefined) throw new Error(`no ptp4l runs with ${config}`);
  return found.pid;
}

function twoDigits(value: number): string {
  return value.toString(16).padStart(2, "0");
}
