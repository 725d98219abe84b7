import { hostname } from "node:os";
import { defaultNamespace } from "@ptp/api";
import { AppError, messageOf } from "@ptp/kit";
import yargs from "yargs";

/** Flags of the existing operator that are accepted and mean nothing here. */
const ignoredFlags = [
  "enable-http2",
  "logtostderr",
  "alsologtostderr",
  "stderrthreshold",
  "v",
  "vmodule",
  "log-dir",
] as const;

const clusterFlags = [
  "enable-leader-election",
  "kubeconfig",
  "namespace",
  "agent-service-account",
  "webhook-bind-address",
] as const;

/** Files and address of the TLS listener. */
export interface TlsOptions {
  readonly address: string;
  readonly certPath: string;
  readonly keyPath: string;
  readonly caPath: string;
}

/** Where to listen; without a host on all addresses. */
export interface BindAddress {
  readonly host?: string;
  readonly port: number;
}

interface CommonOptions {
  /** Absent: off. */
  readonly metrics?: BindAddress;
  /** Absent: off. */
  readonly probes?: BindAddress;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  /** Flags given that have no meaning any more, or none in this mode. */
  readonly ignored: readonly string[];
}

/** Standalone mode: a directory of manifests. */
export interface DirectoryOptions extends CommonOptions {
  readonly directory: string;
  readonly sessionDir: string;
  readonly tls?: TlsOptions;
}

/** Files (PEM) of a certificate that is made by others. */
export interface GivenCertificate {
  readonly certPath: string;
  readonly keyPath: string;
  /** Its authority, told to agents; absent: they are told by others. */
  readonly caPath?: string;
}

/** In a cluster. */
export interface ClusterOptions extends CommonOptions {
  readonly directory?: undefined;
  /** Absent: the pod's ServiceAccount. */
  readonly kubeconfig?: string;
  /** The operator's own. */
  readonly namespace: string;
  /** Whose profiles count; absent: all. */
  readonly watchNamespaces?: readonly string[];
  readonly leaderElect: boolean;
  /** Name of this replica, for people. */
  readonly podName: string;
  /** Of the agents' pods. */
  readonly agentServiceAccount: string;
  /** Prefix of the names of what the operator makes. */
  readonly operatorName: string;
  /** Where agents are served that prove themselves by the tokens of their pods. */
  readonly listen?: BindAddress;
  /** Where admission is served; absent: nowhere. */
  readonly webhook?: BindAddress;
  /** What both show; absent: a certificate of the operator's own authority. */
  readonly tls?: GivenCertificate;
  /** Absent: no sockets. */
  readonly sessionDir?: string;
}

/** How the operator shall run. */
export type OperatorOptions = DirectoryOptions | ClusterOptions;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the command line. Prints and ends by itself on --help and --version. @throws AppError invalid */
export function parseOptions(args: readonly string[], version: string, env: Environment = {}): OperatorOptions {
  const parsed = readFlags(args, version);
  const metrics = bindAddress("metrics-bind-address", parsed.metricsBindAddress);
  const probes = bindAddress("health-probe-bind-address", parsed.healthProbeBindAddress);
  const isCluster = parsed.directory === undefined;
  const ignorable = [...(isCluster ? [] : clusterFlags), ...ignoredFlags];
  const common = {
    ...(metrics === undefined ? {} : { metrics }),
    ...(probes === undefined ? {} : { probes }),
    logLevel: parsed.logLevel,
    ignored: ignorable.filter((flag) => Object.hasOwn(parsed, flag)),
  };
  return isCluster ? { ...common, ...clusterOptions(parsed, env) } : { ...common, ...directoryOptions(parsed) };
}

function readFlags(args: readonly string[], version: string) {
  const parser = yargs([...args]);
  // Changes the parser in place; chained it would blur the types of the options that mean something.
  for (const flag of ignoredFlags) parser.option(flag, { hidden: true });
  const text = (describe: string) => ({ type: "string", describe }) as const;
  return parser
    .scriptName("ptp-operator")
    .usage("$0 [options]: serve the nodes and profiles of a cluster, or with --directory those of a directory")
    .option("directory", text("manifests (*.yaml, *.yml, *.json); without it: a cluster"))
    .option("kubeconfig", text("of the cluster; without it the ServiceAccount of the pod"))
    .option("namespace", text("the operator's own (OPERATOR_NAMESPACE, else openshift-ptp)"))
    .option("leader-elect", {
      alias: "enable-leader-election",
      type: "boolean",
      describe: "one of several replicas; without it this must be the only one",
    })
    .option("agent-service-account", text("of the agents' pods (default linuxptp-daemon)"))
    .option("session-dir", text("where the agents' sockets appear (default /run/ptp-operator with --directory)"))
    .option("listen", text("serve agents by TLS on [host]:port: by token in a cluster, else by certificate"))
    .option("webhook-bind-address", text("serve admission on [host]:port; without it, nowhere"))
    .option("tls-cert", text("certificate of both (PEM); without it, in a cluster, the operator makes its own"))
    .option("tls-key", text("its key (PEM)"))
    .option("tls-ca", text("its authority (PEM), told to agents; with --directory that of the agents' certificates"))
    .option("metrics-bind-address", { ...text("where to serve /metrics; 0 for nowhere"), default: ":8080" })
    .option("health-probe-bind-address", {
      ...text("where to serve /healthz and /readyz; 0 for nowhere"),
      default: ":8081",
    })
    .option("log-level", { choices: ["debug", "info", "warn", "error"] as const, default: "info" as const })
    .implies("tls-cert", "tls-key")
    .implies("tls-key", "tls-cert")
    .epilogue("ptp-operator remove --help tells how to take it out of a cluster.")
    .strict()
    .version(version)
    .help()
    .fail((message, error) => {
      throw new AppError("invalid", message || messageOf(error));
    })
    .parseSync();
}

type Flags = ReturnType<typeof readFlags>;

function directoryOptions(flags: Flags): Omit<DirectoryOptions, keyof CommonOptions> {
  const { directory = "", sessionDir = "/run/ptp-operator", listen: address, tlsCert, tlsKey, tlsCa: caPath } = flags;
  if (address === undefined) return { directory, sessionDir };
  if (tlsCert === undefined || tlsKey === undefined || caPath === undefined) {
    throw new AppError("invalid", "--listen with --directory needs --tls-cert, --tls-key and --tls-ca too");
  }
  return { directory, sessionDir, tls: { address, certPath: tlsCert, keyPath: tlsKey, caPath } };
}

function clusterOptions(flags: Flags, env: Environment): Omit<ClusterOptions, keyof CommonOptions> {
  const { kubeconfig, sessionDir, listen, webhookBindAddress, tlsCert, tlsKey, tlsCa } = flags;
  const bind = listen === undefined ? undefined : bindAddress("listen", listen);
  const webhook =
    webhookBindAddress === undefined ? undefined : bindAddress("webhook-bind-address", webhookBindAddress);
  if (bind === undefined && sessionDir === undefined) {
    throw new AppError("invalid", "no agent could connect: give --listen (or --session-dir), or --directory");
  }
  const watched = (env["WATCH_NAMESPACE"] ?? "").split(",").flatMap((name) => name.trim() || []);
  return {
    namespace: (flags.namespace ?? env["OPERATOR_NAMESPACE"]) || defaultNamespace,
    leaderElect: flags.leaderElect ?? false,
    podName: env["POD_NAME"] || hostname(),
    agentServiceAccount: flags.agentServiceAccount ?? "linuxptp-daemon",
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(watched.length === 0 ? {} : { watchNamespaces: [...new Set(watched)] }),
    ...(sessionDir === undefined ? {} : { sessionDir }),
    operatorName: env["OPERATOR_NAME"] || "ptp-operator",
    ...(bind && { listen: bind }),
    ...(webhook && { webhook }),
    ...(tlsCert && tlsKey && { tls: { certPath: tlsCert, keyPath: tlsKey, ...(tlsCa && { caPath: tlsCa }) } }),
  };
}

/** `:8080`, `127.0.0.1:8080`, `[::1]:8080`; `0` is off. @throws AppError invalid */
function bindAddress(flag: string, text: string): BindAddress | undefined {
  if (text === "0") return undefined;
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw new AppError(
      "invalid",
      `--${flag} ${text}: expected [host]:port with a port up to 65535, such as :8080, or 0 for none`,
    );
  }
  const host = bracketed ?? plain ?? "";
  return host === "" ? { port } : { host, port };
}
