import { parseArgs } from "node:util";

/** A flag of the command line. */
interface FlagDeclaration {
  readonly kind: "text" | "number" | "switch";
  /** For people. */
  readonly describe: string;
  readonly default?: string | number;
}

const profiles = "File mode: folder with a JSON file of profiles named as the node";
const programFolders = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin";

/** All flags. Those at the end are flags of the existing daemon. */
const declarations = {
  "node-name": { kind: "text", describe: "Name of this node (default: NODE_NAME)" },
  operator: { kind: "text", describe: "Session mode: unix:/path/to.sock or host:port of the operator" },
  "operator-ca": { kind: "text", describe: "PEM file of the operator's CA, for host:port" },
  "operator-cert": { kind: "text", describe: "PEM file of this node's certificate, for host:port" },
  "operator-key": { kind: "text", describe: "PEM file of this node's key, for host:port" },
  "token-file": { kind: "text", describe: "File of this pod's token, instead of certificate and key" },
  "linuxptp-profile-path": { kind: "text", default: "/etc/linuxptp", describe: profiles },
  "state-dir": { kind: "text", default: "/var/lib/ptp-agent", describe: "Folder that survives restarts" },
  "program-path": { kind: "text", default: programFolders, describe: "Folders with the programs, by colons" },
  "host-root": { kind: "text", default: "/", describe: "Where /proc, /sys and /dev of the host are read" },
  "metrics-bind-address": { kind: "text", default: ":9091", describe: "Address of /metrics" },
  "metrics-tls-cert": { kind: "text", describe: "PEM file of a certificate: metrics are served by HTTPS alone" },
  "metrics-tls-key": { kind: "text", describe: "PEM file of its key" },
  "metrics-tls-client-ca": { kind: "text", describe: "PEM file of the authority of who may read metrics" },
  "probe-bind-address": { kind: "text", default: ":8081", describe: "Address of /healthz, /ready, /port-aliases" },
  "enable-event-publisher": { kind: "switch", describe: "Serve events whatever the config says" },
  "event-bind-address": { kind: "text", default: ":9043", describe: "Address of the events API" },
  "event-user": { kind: "number", default: 65533, describe: "User and group id of the events process" },
  "event-allow-loopback": {
    kind: "switch",
    describe: "Consumers may be on the loopback (default with unix: operators)",
  },
  "event-allow-networks": { kind: "text", describe: "Networks of consumers, by commas (default: any)" },
  "event-own-mutations": { kind: "switch", describe: "Only who made a subscription may delete it" },
  "event-tokens": { kind: "switch", describe: "Whoever changes subscriptions needs a token that the cluster knows" },
  "event-token-subjects": {
    kind: "text",
    describe: "Whose tokens, by commas, a * at the end for the rest (default: all)",
  },
  "event-tls-cert": { kind: "text", describe: "PEM file of a certificate: events are served by HTTPS alone" },
  "event-tls-key": { kind: "text", describe: "PEM file of its key" },
  "event-tls-client-ca": { kind: "text", describe: "PEM file of the authority of consumers: only they are served" },
  "event-consumer-ca": { kind: "text", describe: "PEM file of the authority of consumers that take HTTPS" },
  "record-bytes": { kind: "number", default: 4_194_304, describe: "Memory for the last inputs, written on SIGUSR2" },
  replay: { kind: "text", describe: "Replay a recording instead of running programs: a file, or - for stdin" },
  speed: { kind: "number", default: 1, describe: "Replay: times the original speed, 0 as fast as possible" },
  "simulated-hardware": { kind: "text", describe: "FIFO of readings that take the place of DPLLs and GNSS receivers" },
  node: { kind: "text", describe: "Replay: name of the node, as --node-name" },
  v: { kind: "number", default: 0, describe: "Verbosity: 4 and more logs debug lines" },
  help: { kind: "switch", describe: "Show this and end" },
  version: { kind: "switch", describe: "Show the version and end" },
  "use-controller": { kind: "switch", describe: "Controller mode: this node's own operator runs as a child" },
  "operator-program": { kind: "text", describe: "Its program (default: ptp-operator beside this one)" },
  "operator-user": { kind: "number", default: 65532, describe: "User and group id that it runs as" },
  namespace: { kind: "text", describe: "Its namespace (default: NAME_SPACE, else openshift-ptp)" },
  kubeconfig: { kind: "text", describe: "Its kubeconfig (default: KUBECONFIG, else the pod's ServiceAccount)" },
  "controller-probe-bind-address": {
    kind: "text",
    default: ":8082",
    describe: "Address of /healthz and /readyz in controller mode",
  },
  "enable-ptpconfig-controller": { kind: "switch", describe: "Accepted: controller mode always watches PtpConfigs" },
  "update-interval": { kind: "number", describe: "Accepted, has no meaning: changes are seen at once" },
  "pmc-poll-interval": { kind: "number", describe: "Accepted, has no meaning" },
  alsologtostderr: { kind: "switch", describe: "Accepted, has no meaning: logs go to stdout" },
  logtostderr: { kind: "switch", describe: "Accepted, has no meaning: logs go to stdout" },
} as const satisfies Readonly<Record<string, FlagDeclaration>>;

/** Name of a flag. */
export type FlagName = keyof typeof declarations;

/** The flags that were given; numbers and switches in one form: `4`, `true`, `false`. */
export type GivenFlags = Readonly<Partial<Record<FlagName, string>>>;

type FlagWithDefault = {
  [K in FlagName]: (typeof declarations)[K] extends { readonly default: unknown } ? K : never;
}[FlagName];

/** Value of a flag: its default if it was not given. */
export function flagOr(flags: GivenFlags, name: FlagWithDefault): string {
  return flags[name] ?? String(declarations[name].default);
}

/**
 * Reads flags as Go programs do, for the manifests of the existing daemon: `--flag value`, `--flag=value`, with one dash or
 * two; a switch may have a value, `=true` or `=false`. Of a flag that is given twice the last counts.
 *
 * @throws Error for people about the first thing that is wrong.
 */
export function readFlags(argv: readonly string[]): GivenFlags {
  const given: Partial<Record<FlagName, string>> = {};
  const { tokens } = parseArgs({ args: argv.map(withTwoDashes), options: parserOptions, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") throw new Error(`Unknown argument: ${token.value}`);
    const { name, value } = token;
    if (!isFlagName(name)) throw new Error(`Unknown argument: ${token.rawName}`);
    given[name] = checked(name, value);
  }
  return given;
}

const parserOptions = Object.fromEntries(
  Object.entries(declarations).map(([name, { kind }]) => [
    name,
    { type: kind === "switch" ? ("boolean" as const) : ("string" as const) },
  ]),
);

function withTwoDashes(argument: string): string {
  return /^-[a-z]/.test(argument) ? `-${argument}` : argument;
}

function isFlagName(name: string): name is FlagName {
  return Object.hasOwn(declarations, name);
}

function checked(name: FlagName, value: string | undefined): string {
  switch (declarations[name].kind) {
    case "switch":
      if (value === undefined || value === "true" || value === "false") return value ?? "true";
      throw new Error(`--${name}=${value}: write true or false`);
    case "number":
      if (value !== undefined && value.trim() !== "" && Number.isFinite(Number(value))) return value;
      throw new Error(`--${name} ${value ?? ""}: write a number`);
    case "text":
      if (value !== undefined) return value;
      throw new Error(`Not enough arguments following: --${name}`);
  }
}

/** What `--help` shows. */
export function flagHelp(): string {
  const lines = Object.entries<FlagDeclaration>(declarations).map(([name, { describe, default: standard }]) => {
    const suffix = standard === undefined ? "" : ` (default: ${standard})`;
    return `  --${name.padEnd(31)}${describe}${suffix}`;
  });
  const what = "Runs the PTP programs of one node as its operator or its file of profiles says.";
  return `ptp-agent [options]\n\n${what}\n\nOptions:\n${lines.join("\n")}`;
}
