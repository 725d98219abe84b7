import type { TlsFiles } from "@ptp/kit";
import { eventOptions } from "./event-flags.ts";
import { userIdOf } from "./user-id.ts";
import { flagHelp, flagOr, readFlags, type GivenFlags } from "./agent-flags.ts";
import { bindAddress, type BindAddress } from "./bind-address.ts";
import { agentVersion } from "./agent-version.ts";
import type { ReplaySource } from "./replay/replay-feed.ts";
import type { OperatorTls } from "./source/operator-target.ts";

/** Where configs come from. */
export type SourceOptions =
  | { readonly kind: "session"; readonly operator: string; readonly tls?: OperatorTls }
  | { readonly kind: "controller"; readonly controller: ControllerOptions }
  | { readonly kind: "file"; readonly folder: string };

/** What the operator of this node alone is started with, in controller mode. */
export interface ControllerOptions {
  /** Absent: `ptp-operator` beside this program. */
  readonly programPath?: string;
  /** User and group id. */
  readonly userId: number;
  /** Where the operator's own objects are. */
  readonly namespace: string;
  /** Namespaces whose profiles count, by commas; absent: all. */
  readonly watchNamespaces?: string;
  /** Absent: the pod's ServiceAccount. */
  readonly kubeconfig?: string;
  readonly probeBind: BindAddress;
}

/** How events are served when the config in force asks for it. */
export interface EventOptions {
  /** Serve them whatever the config says. */
  readonly isForced: boolean;
  readonly apiPort: number;
  /** Absent: all addresses. */
  readonly apiHost?: string;
  /** User and group id of the process. */
  readonly userId: number;
  /** Consumers may be on the loopback of this host. */
  readonly allowLoopback: boolean;
  /** Networks of consumers; empty: any. */
  readonly allowedNetworks: readonly string[];
  /** Only who made a subscription may delete it. */
  readonly ownMutations: boolean;
  /** Present: who changes subscriptions needs a bearer token, of one of these subjects if there are any. */
  readonly tokens?: { readonly subjects: readonly string[] };
  /** Absent: plain HTTP. */
  readonly tls?: TlsFiles;
  /** PEM file of the authority of consumers that take events by HTTPS. */
  readonly consumerCaPath?: string;
}

/** All that a user can set. */
export interface AgentOptions {
  readonly nodeName: string;
  readonly source: SourceOptions;
  readonly stateDirectory: string;
  readonly programPath: readonly string[];
  readonly hostRootPath: string;
  readonly metricsBind: BindAddress;
  /** Absent: metrics are served by plain HTTP. */
  readonly metricsTls?: TlsFiles;
  readonly probeBind: BindAddress;
  readonly events: EventOptions;
  /** Plugins that the environment enables, for file mode. */
  readonly plugins: readonly string[];
  /** Memory that the last inputs may take; 0 keeps none. */
  readonly recordBytes: number;
  /** Present: a recording takes the place of programs, with the profiles of this folder. */
  readonly replay?: { readonly source: ReplaySource; readonly profileFolder: string };
  /** Present: a FIFO whose readings take the place of hardware. */
  readonly simulatedHardware?: string;
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
export function readCommandLine(argv: readonly string[], env: Environment): CommandLine {
  try {
    const flags = readFlags(argv);
    if (flags.help === "true") return { kind: "tell", text: flagHelp() };
    if (flags.version === "true") return { kind: "tell", text: agentVersion };
    return optionsOf(flags, env);
  } catch (error) {
    return { kind: "usage", message: error instanceof Error ? error.message : String(error) };
  }
}

const meaningless = [
  "update-interval",
  "pmc-poll-interval",
  "enable-ptpconfig-controller",
  "alsologtostderr",
  "logtostderr",
] as const;

function optionsOf(flags: GivenFlags, env: Environment): CommandLine {
  const nodeName = flags["node-name"] ?? flags.node ?? env["NODE_NAME"] ?? "";
  const problem = problemOf(nodeName, flags);
  if (problem !== undefined) return { kind: "usage", message: problem };
  return {
    kind: "run",
    options: {
      nodeName,
      source: sourceOf(flags, env),
      stateDirectory: flagOr(flags, "state-dir"),
      programPath: flagOr(flags, "program-path")
        .split(":")
        .filter((folder) => folder !== ""),
      hostRootPath: flagOr(flags, "host-root"),
      metricsBind: bindAddress("metrics-bind-address", flagOr(flags, "metrics-bind-address")),
      ...metricsTls(flags),
      probeBind: bindAddress("probe-bind-address", flagOr(flags, "probe-bind-address")),
      events: eventOptions(flags),
      plugins: (env["PLUGINS"] ?? "")
        .split(",")
        .flatMap((name) => name.trim() || [])
        .sort(),
      recordBytes: atLeastZero("record-bytes", flagOr(flags, "record-bytes")),
      ...replayOf(flags),
      ...(flags["simulated-hardware"] === undefined ? {} : { simulatedHardware: flags["simulated-hardware"] }),
      debug: Number(flagOr(flags, "v")) >= 4,
      ignored: meaningless.filter((flag) => flags[flag] !== undefined),
    },
  };
}

function problemOf(nodeName: string, flags: GivenFlags): string | undefined {
  if (nodeName === "") return "NODE_NAME is not set: set it or give --node-name";
  if (nodeName.includes("/") || nodeName.startsWith(".")) return `--node-name ${nodeName} is not a node's name`;
  const isController = flags["use-controller"] === "true";
  if (isController && flags.operator !== undefined) {
    return "--use-controller=true brings an operator of its own: leave out --operator, or --use-controller";
  }
  if (flags["enable-ptpconfig-controller"] === "true" && !isController) {
    return "--enable-ptpconfig-controller=true watches PtpConfigs, which is controller mode here: give --use-controller=true";
  }
  const stateDirectory = flagOr(flags, "state-dir");
  if (!stateDirectory.startsWith("/")) return `--state-dir ${stateDirectory} is not an absolute path`;
  return problemOfOperator(flags);
}

function problemOfOperator(flags: GivenFlags): string | undefined {
  const { operator } = flags;
  if (operator === undefined) return undefined;
  if (operator.startsWith("unix:")) {
    return operator.startsWith("unix:/") ? undefined : `--operator ${operator}: write unix: and an absolute path`;
  }
  if (!/^.+:\d+$/.test(operator)) return `--operator ${operator}: write unix:/path/to.sock or host:port`;
  const hasToken = flags["token-file"] !== undefined;
  const needed = hasToken ? (["operator-ca"] as const) : (["operator-ca", "operator-cert", "operator-key"] as const);
  const missing = needed.filter((flag) => flags[flag] === undefined).map((flag) => `--${flag}`);
  if (missing.length === 0) return undefined;
  const inCluster = hasToken ? "" : "; in a cluster --operator-ca and --token-file";
  return `--operator ${operator} goes over a network: give ${missing.join(", ")} too${inCluster}`;
}

function sourceOf(flags: GivenFlags, env: Environment): SourceOptions {
  if (flags["use-controller"] === "true") return { kind: "controller", controller: controllerOf(flags, env) };
  const { operator } = flags;
  if (operator === undefined) return { kind: "file", folder: flagOr(flags, "linuxptp-profile-path") };
  const [caPath, certPath, keyPath] = [flags["operator-ca"], flags["operator-cert"], flags["operator-key"]];
  const tokenPath = flags["token-file"];
  if (caPath !== undefined && tokenPath !== undefined) return { kind: "session", operator, tls: { caPath, tokenPath } };
  if (caPath === undefined || certPath === undefined || keyPath === undefined) return { kind: "session", operator };
  return { kind: "session", operator, tls: { caPath, certPath, keyPath } };
}

function replayOf(flags: GivenFlags): Pick<AgentOptions, "replay"> {
  const { replay: path } = flags;
  if (path === undefined) return {};
  if (path === "") throw new Error("--replay is empty: name a file, or - for stdin");
  const speed = atLeastZero("speed", flagOr(flags, "speed"));
  return { replay: { source: { path, speed }, profileFolder: flagOr(flags, "linuxptp-profile-path") } };
}

function atLeastZero(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${flag} ${text}: write a number of at least 0`);
  return value;
}

function metricsTls(flags: GivenFlags): Pick<AgentOptions, "metricsTls"> {
  const [certPath, keyPath] = [flags["metrics-tls-cert"], flags["metrics-tls-key"]];
  const clientCaPath = flags["metrics-tls-client-ca"];
  if (certPath !== undefined && keyPath !== undefined) {
    return { metricsTls: { certPath, keyPath, ...(clientCaPath === undefined ? {} : { clientCaPath }) } };
  }
  const given = [certPath, keyPath, clientCaPath].some((path) => path !== undefined);
  if (given) throw new Error("metrics by HTTPS need both --metrics-tls-cert and --metrics-tls-key");
  return {};
}

function controllerOf(flags: GivenFlags, env: Environment): ControllerOptions {
  const programPath = flags["operator-program"];
  const kubeconfig = flags.kubeconfig ?? env["KUBECONFIG"];
  const watchNamespaces = env["WATCH_NAMESPACE"];
  const userId = userIdOf("operator-user", flagOr(flags, "operator-user"));
  return {
    ...(programPath === undefined ? {} : { programPath }),
    userId,
    namespace: (flags.namespace ?? env["NAME_SPACE"] ?? env["OPERATOR_NAMESPACE"]) || "openshift-ptp",
    ...(watchNamespaces ? { watchNamespaces } : {}),
    ...(kubeconfig ? { kubeconfig } : {}),
    probeBind: bindAddress("controller-probe-bind-address", flagOr(flags, "controller-probe-bind-address")),
  };
}
