import { parseArgs } from "node:util";
import type { TlsFiles } from "@ptp/kit";
import { isNetwork } from "./endpoint-guard.ts";

/** All that can be set of the events process. */
export interface EventsOptions {
  readonly nodeName: string;
  /** 0 takes a free port. */
  readonly apiPort: number;
  /** Absent: all addresses. */
  readonly apiHost?: string;
  readonly storePath: string;
  /** Host of UriLocations. */
  readonly transportHost: string;
  /** It was told which one; else the names of Services that requests come by are as good. */
  readonly isHostGiven: boolean;
  /** Absent: metrics go to the agent alone. */
  readonly metricsBind?: { readonly host?: string; readonly port: number };
  /** Descriptor of the feed. */
  readonly feedFd: number;
  /** State comes from the lines of the existing daemon instead. */
  readonly daemonLines?: DaemonLines;
  /** Where metrics go, if anywhere. */
  readonly samplesFd?: number;
  readonly allowLoopback: boolean;
  readonly allowedNetworks: readonly string[];
  readonly ownPorts: readonly number[];
  readonly ownMutations: boolean;
  /** Who changes subscriptions needs a token; the agent is asked whose it is. */
  readonly tokens?: { readonly fd: number; readonly subjects: readonly string[] };
  readonly tls?: TlsFiles;
  /** PEM file of the authority of consumers with HTTPS. */
  readonly consumerCaPath?: string;
  readonly maxSubscriptions: number;
  /** The process ends beyond it, and is started again. */
  readonly maxMemoryMb: number;
  readonly debug: boolean;
}

/** Where the existing daemon is heard, and where it keeps what its lines are about. */
export interface DaemonLines {
  readonly socketPath: string;
  readonly profileFolder: string;
  readonly configFolder: string;
  readonly origin: string;
}

/** What a command line asks for. */
export type EventsCommandLine =
  | { readonly kind: "run"; readonly options: EventsOptions }
  | { readonly kind: "tell"; readonly text: string }
  | { readonly kind: "usage"; readonly message: string };

/** Flags with what people are told of them; those of the existing producer keep their names. */
const flags = {
  "node-name": "Name of this node (default: NODE_NAME)",
  "api-port": "Port of the API (default: 9043)",
  "api-host": "Address of the API (default: all)",
  "api-version": "Accepted if it is 2.x",
  "store-path": "Folder of subscriptions (default: /var/lib/ptp-agent/events)",
  "transport-host": "Host of UriLocations (default: the Service of this node)",
  "metrics-addr": "Serve /metrics here too",
  "feed-fd": "Descriptor of the state from the agent (default: 3)",
  "samples-fd": "Descriptor of the metrics to the agent",
  socket: "Take the state from the existing daemon's lines: the Unix socket it writes to",
  "daemon-config-path": "Folder of its rendered configs (default: /var/run)",
  "daemon-profile-path": "Folder of its profiles (default: PTP_PROFILE_PATH, then /etc/linuxptp)",
  "daemon-url": "Its own HTTP (default: http://localhost:8081)",
  "event-allow-networks": "Networks of consumers, by commas (default: any)",
  "own-ports": "Ports of the agent on this node, by commas: no consumer's",
  "tls-cert": "PEM file of a certificate: the API is served by HTTPS alone",
  "tls-key": "PEM file of its key",
  "tls-client-ca": "PEM file of the authority of consumers: only they are served",
  "consumer-ca": "PEM file of the authority of consumers that take events by HTTPS",
  "tokens-fd": "Descriptor of the questions about tokens: who changes subscriptions needs one",
  "token-subjects": "Whose tokens, by commas (default: all)",
  "max-subscriptions": "Most subscriptions (default: 10000)",
  "max-memory-mb": "Memory beyond which the process starts anew (default: 256)",
} as const;

const switches = {
  "event-allow-loopback": "Consumers may be on this host's loopback",
  "event-own-mutations": "Only who made a subscription may delete it",
  debug: "Log debug lines",
  help: "Show this and end",
} as const;

type Flags = Readonly<Partial<Record<keyof typeof flags, string>>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the command line after `events`; nothing is printed and nothing exits. */
export function readEventsCommandLine(argv: readonly string[], env: Environment): EventsCommandLine {
  try {
    const { values } = parseArgs({ args: argv.map(withTwoDashes), options: parserOptions, strict: true });
    if (values["help"] === true) return { kind: "tell", text: help() };
    const given: Flags = Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === "string"));
    const isOn = (name: keyof typeof switches): boolean => values[name] === true;
    return { kind: "run", options: { ...optionsOf(given, env), ...switched(isOn) } };
  } catch (error) {
    return { kind: "usage", message: error instanceof Error ? error.message : String(error) };
  }
}

const parserOptions = {
  ...Object.fromEntries(Object.keys(flags).map((name) => [name, { type: "string" as const }])),
  ...Object.fromEntries(Object.keys(switches).map((name) => [name, { type: "boolean" as const }])),
};

function withTwoDashes(argument: string): string {
  return /^-[a-z]/.test(argument) ? `-${argument}` : argument;
}

function switched(isOn: (name: keyof typeof switches) => boolean) {
  return {
    allowLoopback: isOn("event-allow-loopback"),
    ownMutations: isOn("event-own-mutations"),
    debug: isOn("debug"),
  };
}

function optionsOf(given: Flags, env: Environment) {
  const nodeName = given["node-name"] ?? env["NODE_NAME"] ?? "";
  if (nodeName === "" || nodeName.includes("/")) throw new Error("NODE_NAME is not set: set it or give --node-name");
  const version = given["api-version"] ?? "2.0";
  if (!/^v?2(\.|$)/.test(version)) throw new Error(`--api-version ${version}: only 2.0 is served`);
  const allowedNetworks = listOf(given["event-allow-networks"]);
  const wrong = allowedNetworks.find((network) => !isNetwork(network));
  if (wrong !== undefined) throw new Error(`--event-allow-networks ${wrong} is not a network: write 10.0.0.0/8`);
  const [apiHost, consumerCaPath, samplesFd] = [given["api-host"], given["consumer-ca"], given["samples-fd"]];
  return {
    nodeName,
    apiPort: numberOf(given, "api-port", 9043),
    storePath: given["store-path"] ?? "/var/lib/ptp-agent/events",
    transportHost: transportHost(given["transport-host"] ?? "", nodeName, env),
    isHostGiven: hostIn(given["transport-host"] ?? "", nodeName, env) !== undefined,
    feedFd: numberOf(given, "feed-fd", 3),
    allowedNetworks,
    ownPorts: listOf(given["own-ports"]).map(Number),
    maxSubscriptions: numberOf(given, "max-subscriptions", 10_000),
    maxMemoryMb: numberOf(given, "max-memory-mb", 256),
    ...(samplesFd !== undefined && { samplesFd: numberOf(given, "samples-fd", 4) }),
    ...(apiHost !== undefined && { apiHost }),
    ...(consumerCaPath !== undefined && { consumerCaPath }),
    ...tokensOf(given),
    ...daemonLines(given, env),
    ...metricsBind(given["metrics-addr"]),
    ...tlsOf(given),
  };
}

/**
 * The host of a transport address: scheme and port are left out, and of `NODE_IP` and `NODE_NAME` in it the value is put in.
 * What is none is the Service of the node.
 */
export function transportHost(text: string, nodeName: string, env: Environment): string {
  const short = nodeName.split(".")[0] ?? nodeName;
  const service = `ptp-event-publisher-service-${short}.${env["NAME_SPACE"] || "openshift-ptp"}.svc.cluster.local`;
  return hostIn(text, nodeName, env) ?? service;
}

function hostIn(text: string, nodeName: string, env: Environment): string | undefined {
  const short = nodeName.split(".")[0] ?? nodeName;
  const nodeIp = env["NODE_IP"];
  const filled = nodeIp ? text.replaceAll("NODE_IP", nodeIp) : text;
  const named = filled.replaceAll("NODE_NAME", short);
  return /^(?:[a-z][a-z\d+.-]*:\/\/)?(\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?\/?$/i.exec(named)?.[1];
}

function tlsOf(given: Flags): Pick<EventsOptions, "tls"> {
  const [certPath, keyPath, clientCaPath] = [given["tls-cert"], given["tls-key"], given["tls-client-ca"]];
  if (certPath !== undefined && keyPath !== undefined) {
    return { tls: { certPath, keyPath, ...(clientCaPath !== undefined && { clientCaPath }) } };
  }
  if (certPath ?? keyPath ?? clientCaPath) throw new Error("the API by HTTPS needs both --tls-cert and --tls-key");
  return {};
}

function tokensOf(given: Flags): Pick<EventsOptions, "tokens"> {
  if (given["tokens-fd"] === undefined) return {};
  if (given.socket !== undefined)
    throw new Error("--tokens-fd: the agent checks tokens, and beside --socket there is none");
  return { tokens: { fd: numberOf(given, "tokens-fd", 5), subjects: listOf(given["token-subjects"]) } };
}

function daemonLines(given: Flags, env: Environment): Pick<EventsOptions, "daemonLines"> {
  const { socket: socketPath } = given;
  if (socketPath === undefined) return {};
  const origin = given["daemon-url"] ?? "http://localhost:8081";
  if (URL.parse(origin)?.protocol !== "http:") throw new Error(`--daemon-url ${origin}: write http://host:port`);
  const configFolder = given["daemon-config-path"] ?? "/var/run";
  const profileFolder = given["daemon-profile-path"] ?? (env["PTP_PROFILE_PATH"] || "/etc/linuxptp");
  return { daemonLines: { socketPath, configFolder, profileFolder, origin: new URL(origin).origin } };
}

function metricsBind(text: string | undefined): Pick<EventsOptions, "metricsBind"> {
  if (text === undefined) return {};
  const match = /^(?:\[?(.*?)\]?:)?(\d{1,5})$/.exec(text);
  if (match === null) throw new Error(`--metrics-addr ${text}: write host:port or :port`);
  const [, host = "", port] = match;
  return { metricsBind: { port: Number(port), ...(host !== "" && { host }) } };
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? "").split(",").flatMap((each) => each.trim() || []);
}

function numberOf(given: Flags, name: keyof typeof flags, standard: number): number {
  const text = given[name];
  if (text === undefined) return standard;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} ${text}: write a whole number`);
  return Number(text);
}

function help(): string {
  const lines = Object.entries({ ...flags, ...switches }).map(([name, text]) => `  --${name.padEnd(24)}${text}`);
  return `ptp-agent events [options]\n\nServes the PTP events of one node to applications.\n\nOptions:\n${lines.join("\n")}`;
}
