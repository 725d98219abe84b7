import yargs from "yargs";
import { agentVersion } from "./agent-version.ts";

/** Where configs come from. */
export type SourceOptions =
  | { readonly kind: "session"; readonly operator: string; readonly tls?: TlsFiles }
  | { readonly kind: "file"; readonly folder: string };

/** PEM files of a session over a network. */
export interface TlsFiles {
  readonly caPath: string;
  readonly certPath: string;
  readonly keyPath: string;
}

/** An address to serve HTTP on. */
export interface BindAddress {
  readonly host?: string;
  readonly port: number;
}

/** All that a user can set. */
export interface AgentOptions {
  readonly nodeName: string;
  readonly source: SourceOptions;
  readonly stateDirectory: string;
  readonly programPath: readonly string[];
  readonly hostRootPath: string;
  readonly metricsBind: BindAddress;
  readonly probeBind: BindAddress;
  /** Plugins that the environment enables, for file mode. */
  readonly plugins: readonly string[];
  readonly debug: boolean;
  /** Flags that were given and have no meaning any more. */
  readonly ignored: readonly string[];
}

/** What a command line asks for. */
export type CommandLine =
  | { readonly kind: "run"; readonly options: AgentOptions }
  /** `--help` or `--version`: print and end with 0. */
  | { readonly kind: "tell"; readonly text: string }
  /** Cannot be used: print on stderr and end with 2. */
  | { readonly kind: "usage"; readonly message: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the command line; nothing is printed and nothing exits. */
export async function readCommandLine(argv: readonly string[], env: Environment): Promise<CommandLine> {
  let told = "";
  try {
    const parser = declareFlags(env);
    const flags = await parser.parseAsync([...argv], {}, (_error, _argv, output) => {
      told = output;
    });
    if (flags["help"] === true || flags["version"] === true) return { kind: "tell", text: told };
    return optionsOf(flags, env);
  } catch (error) {
    return { kind: "usage", message: error instanceof Error ? error.message : String(error) };
  }
}

function declareFlags(env: Environment) {
  return yargs()
    .scriptName("ptp-agent")
    .usage("$0 [options]\n\nRuns the PTP programs of one node as its operator or its file of profiles says.")
    .options({ ...sourceFlags(env["NODE_NAME"] ?? ""), ...hostFlags, ...formerFlags })
    .version(agentVersion)
    .help()
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Error(message);
    });
}

const text = "string" as const;
const flag = "boolean" as const;
const number = "number" as const;

function sourceFlags(nodeName: string) {
  const profiles = "File mode: folder with a JSON file of profiles named as the node";
  return {
    "node-name": { type: text, default: nodeName, describe: "Name of this node (NODE_NAME)" },
    operator: { type: text, describe: "Session mode: unix:/path/to.sock or host:port of the operator" },
    "operator-ca": { type: text, describe: "PEM file of the operator's CA, for host:port" },
    "operator-cert": { type: text, describe: "PEM file of this node's certificate, for host:port" },
    "operator-key": { type: text, describe: "PEM file of this node's key, for host:port" },
    "linuxptp-profile-path": { type: text, default: "/etc/linuxptp", describe: profiles },
  };
}

const programFolders = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin";

const hostFlags = {
  "state-dir": { type: text, default: "/var/lib/ptp-agent", describe: "Folder that survives restarts" },
  "program-path": { type: text, default: programFolders, describe: "Folders with the programs, by colons" },
  "host-root": { type: text, default: "/", describe: "Where /proc, /sys and /dev of the host are read" },
  "metrics-bind-address": { type: text, default: ":9091", describe: "Address of /metrics" },
  "probe-bind-address": { type: text, default: ":8081", describe: "Address of /healthz, /ready, /port-aliases" },
  v: { type: number, default: 0, describe: "Verbosity: 4 and more logs debug lines" },
};

/** Flags of the existing daemon. */
const formerFlags = {
  "use-controller": { type: flag, default: false, describe: "Controller mode is not in this build" },
  "enable-ptpconfig-controller": { type: flag, default: false, describe: "Controller mode is not in this build" },
  "update-interval": { type: number, describe: "Accepted, has no meaning: changes are seen at once" },
  "pmc-poll-interval": { type: number, describe: "Accepted, has no meaning" },
  alsologtostderr: { type: flag, describe: "Accepted, has no meaning: logs go to stdout" },
  logtostderr: { type: flag, describe: "Accepted, has no meaning: logs go to stdout" },
};

type Flags = Awaited<ReturnType<ReturnType<typeof declareFlags>["parseAsync"]>>;

const meaningless = ["update-interval", "pmc-poll-interval", "alsologtostderr", "logtostderr"] as const;

function optionsOf(flags: Flags, env: Environment): CommandLine {
  const nodeName = flags["node-name"];
  const problem = problemOf(flags);
  if (problem !== undefined) return { kind: "usage", message: problem };
  return {
    kind: "run",
    options: {
      nodeName,
      source: sourceOf(flags),
      stateDirectory: flags["state-dir"],
      programPath: flags["program-path"].split(":").filter((folder) => folder !== ""),
      hostRootPath: flags["host-root"],
      metricsBind: bindAddress("metrics-bind-address", flags["metrics-bind-address"]),
      probeBind: bindAddress("probe-bind-address", flags["probe-bind-address"]),
      plugins: (env["PLUGINS"] ?? "")
        .split(",")
        .flatMap((name) => name.trim() || [])
        .sort(),
      debug: flags["v"] >= 4,
      ignored: meaningless.filter((flag) => flags[flag] !== undefined),
    },
  };
}

function problemOf(flags: Flags): string | undefined {
  const nodeName = flags["node-name"];
  if (nodeName === "") return "NODE_NAME is not set: set it or give --node-name";
  if (nodeName.includes("/") || nodeName.startsWith(".")) return `--node-name ${nodeName} is not a node's name`;
  if (flags["use-controller"] || flags["enable-ptpconfig-controller"]) {
    const flag = flags["use-controller"] ? "--use-controller" : "--enable-ptpconfig-controller";
    return `${flag}=true: controller mode needs the cluster source, which is not in this build; use --operator or --linuxptp-profile-path`;
  }
  if (!flags["state-dir"].startsWith("/")) return `--state-dir ${flags["state-dir"]} is not an absolute path`;
  const { operator } = flags;
  if (operator === undefined) return undefined;
  if (operator.startsWith("unix:")) {
    return operator.startsWith("unix:/") ? undefined : `--operator ${operator}: write unix: and an absolute path`;
  }
  if (!/^.+:\d+$/.test(operator)) return `--operator ${operator}: write unix:/path/to.sock or host:port`;
  const missing = (["operator-ca", "operator-cert", "operator-key"] as const).filter(
    (flag) => flags[flag] === undefined,
  );
  if (missing.length === 0) return undefined;
  return `--operator ${operator} goes over a network: give ${missing.map((flag) => `--${flag}`).join(", ")} too`;
}

function sourceOf(flags: Flags): SourceOptions {
  const { operator } = flags;
  if (operator === undefined) return { kind: "file", folder: flags["linuxptp-profile-path"] };
  const [caPath, certPath, keyPath] = [flags["operator-ca"], flags["operator-cert"], flags["operator-key"]];
  if (caPath === undefined || certPath === undefined || keyPath === undefined) return { kind: "session", operator };
  return { kind: "session", operator, tls: { caPath, certPath, keyPath } };
}

/** `:9091`, `127.0.0.1:9091`, `[::1]:9091`, or a port alone. */
function bindAddress(flag: string, text: string): BindAddress {
  const match = /^(?:(.*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) throw new Error(`--${flag} ${text}: write host:port or :port`);
  const host = (match[1] ?? "").replace(/^\[(.*)\]$/, "$1");
  return host === "" ? { port } : { host, port };
}
