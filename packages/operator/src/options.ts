import { hostname } from "node:os";
import { defaultNamespace } from "@ptp/api";
import { AppError, messageOf, type TlsFiles } from "@ptp/kit";
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
  "agent-settings",
  "publish-configmap",
] as const;

/** Files and address of the TLS listener. */
export interface TlsOptions extends BindAddress {
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
  /** Absent: metrics are served by plain HTTP. */
  readonly metricsTls?: TlsFiles;
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
  readonly onlyNode?: undefined;
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
  /** File with what the agents' DaemonSet is made of; absent: agents are somebody else's business. */
  readonly agentSettings?: string;
  /** Also writes `ptp-configmap`, for nodes that still run the existing daemon. */
  readonly publishConfigMap: boolean;
}

/** In a cluster, for one node: started by the node's agent in controller mode. */
export interface NodeOptions
  extends CommonOptions, Pick<ClusterOptions, "kubeconfig" | "namespace" | "watchNamespaces"> {
  readonly directory?: undefined;
  readonly onlyNode: string;
  readonly sessionDir: string;
}

/** How the operator shall run. */
export type OperatorOptions = DirectoryOptions | ClusterOptions | NodeOptions;

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
    ...metricsTls(parsed),
    logLevel: parsed.logLevel,
    ignored: ignorable.filter((flag) => Object.hasOwn(parsed, flag)),
  };
  if (!isCluster) return { ...common, ...directoryOptions(parsed) };
  const { onlyNode } = parsed;
  if (onlyNode === undefined) return { ...common, ...clusterOptions(parsed, env) };
  return { ...common, ...nodeOptions(onlyNode, parsed, env) };
}

const text = (describe: string) => ({ type: "string", describe }) as const;

const httpFlags = {
  "metrics-bind-address": { ...text("where to serve /metrics; 0 for nowhere"), default: ":8080" },
  "metrics-tls-cert": text("certificate (PEM): /metrics is served by HTTPS alone"),
  "metrics-tls-key": text("its key (PEM)"),
  "metrics-tls-client-ca": text("authority (PEM) of who may read /metrics"),
  "health-probe-bind-address": { ...text("where to serve /healthz and /readyz; 0 for nowhere"), default: ":8081" },
} as const;

/** What the operator makes beside status. */
const madeFlags = {
  "agent-settings": text("file (JSON) of which the agents' DaemonSet is made; without it, none is"),
  "publish-configmap": {
    type: "boolean",
    describe: "also write ptp-configmap, for nodes that still run the existing daemon",
  },
} as const;

function readFlags(args: readonly string[], version: string) {
  const parser = yargs([...args]);
  // Changes the parser in place; chained it would blur the types of the options that mean something.
  for (const flag of ignoredFlags) parser.option(flag, { hidden: true });
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
    .options(madeFlags)
    .option("only-node", text("serve this node alone, over a socket: an agent in controller mode starts it so"))
    .option("session-dir", text("where the agents' sockets appear (default /run/ptp-operator with --directory)"))
    .option("listen", text("serve agents by TLS on [host]:port: by token in a cluster, else by certificate"))
    .option("webhook-bind-address", text("serve admission on [host]:port; without it, nowhere"))
    .option("tls-cert", text("certificate of both (PEM); without it, in a cluster, the operator makes its own"))
    .option("tls-key", text("its key (PEM)"))
    .option("tls-ca", text("its authority (PEM), told to agents; with --directory that of the agents' certificates"))
    .options(httpFlags)
    .option("log-level", { choices: ["debug", "info", "warn", "error"] as const, default: "info" as const })
    .implies("tls-cert", "tls-key")
    .implies("tls-key", "tls-cert")
    .implies({ "metrics-tls-cert": "metrics-tls-key", "metrics-tls-key": "metrics-tls-cert" })
    .implies("metrics-tls-client-ca", "metrics-tls-cert")
    .conflicts("only-node", ["directory", "listen", "leader-elect", "webhook-bind-address", "agent-settings"])
    .implies("only-node", "session-dir")
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
  const { directory = "", sessionDir = "/run/ptp-operator", listen, tlsCert, tlsKey, tlsCa: caPath } = flags;
  const bind = listen === undefined ? undefined : bindAddress("listen", listen);
  if (bind === undefined) return { directory, sessionDir };
  if (tlsCert === undefined || tlsKey === undefined || caPath === undefined) {
    throw new AppError("invalid", "--listen with --directory needs --tls-cert, --tls-key and --tls-ca too");
  }
  return { directory, sessionDir, tls: { ...bind, certPath: tlsCert, keyPath: tlsKey, caPath } };
}

function clusterOptions(flags: Flags, env: Environment): Omit<ClusterOptions, keyof CommonOptions> {
  const { sessionDir, listen, webhookBindAddress, tlsCert, tlsKey, tlsCa } = flags;
  const bind = listen === undefined ? undefined : bindAddress("listen", listen);
  const webhook =
    webhookBindAddress === undefined ? undefined : bindAddress("webhook-bind-address", webhookBindAddress);
  if (bind === undefined && sessionDir === undefined) {
    throw new AppError("invalid", "no agent could connect: give --listen (or --session-dir), or --directory");
  }
  return {
    ...placeOptions(flags, env),
    leaderElect: flags.leaderElect ?? false,
    podName: env["POD_NAME"] || hostname(),
    agentServiceAccount: flags.agentServiceAccount ?? "linuxptp-daemon",
    ...(sessionDir === undefined ? {} : { sessionDir }),
    ...(flags.agentSettings === undefined ? {} : { agentSettings: flags.agentSettings }),
    operatorName: env["OPERATOR_NAME"] || "ptp-operator",
    publishConfigMap: flags.publishConfigmap ?? false,
    ...(bind && { listen: bind }),
    ...(webhook && { webhook }),
    ...(tlsCert && tlsKey && { tls: { certPath: tlsCert, keyPath: tlsKey, ...(tlsCa && { caPath: tlsCa }) } }),
  };
}

function nodeOptions(onlyNode: string, flags: Flags, env: Environment): Omit<NodeOptions, keyof CommonOptions> {
  return { ...placeOptions(flags, env), onlyNode, sessionDir: flags.sessionDir ?? "" };
}

/** Which cluster, and which part of it. */
function placeOptions(
  flags: Flags,
  env: Environment,
): Pick<ClusterOptions, "kubeconfig" | "namespace" | "watchNamespaces"> {
  const watched = (env["WATCH_NAMESPACE"] ?? "").split(",").flatMap((name) => name.trim() || []);
  return {
    namespace: (flags.namespace ?? env["OPERATOR_NAMESPACE"]) || defaultNamespace,
    ...(flags.kubeconfig === undefined ? {} : { kubeconfig: flags.kubeconfig }),
    ...(watched.length === 0 ? {} : { watchNamespaces: [...new Set(watched)] }),
  };
}

function metricsTls({ metricsTlsCert, metricsTlsKey, metricsTlsClientCa }: Flags): Pick<CommonOptions, "metricsTls"> {
  if (metricsTlsCert === undefined || metricsTlsKey === undefined) return {};
  const clients = metricsTlsClientCa === undefined ? {} : { clientCaPath: metricsTlsClientCa };
  return { metricsTls: { certPath: metricsTlsCert, keyPath: metricsTlsKey, ...clients } };
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
