import { AppError, messageOf } from "@ptp/kit";
import yargs from "yargs";

/** Flags of the existing operator that are accepted and mean nothing here. */
export const ignoredFlags = [
  "enable-leader-election",
  "enable-http2",
  "kubeconfig",
  "logtostderr",
  "alsologtostderr",
  "stderrthreshold",
  "v",
  "vmodule",
  "log-dir",
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

/** How the operator shall run. */
export interface OperatorOptions {
  readonly directory: string;
  readonly sessionDir: string;
  readonly tls?: TlsOptions;
  /** Absent: off. */
  readonly metrics?: BindAddress;
  /** Absent: off. */
  readonly probes?: BindAddress;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  /** Flags given that have no meaning any more. */
  readonly ignored: readonly string[];
}

/** Reads the command line. Prints and ends by itself on --help and --version. @throws AppError invalid */
export function parseOptions(args: readonly string[], version: string): OperatorOptions {
  const parsed = readFlags(args, version);
  const metrics = bindAddress("metrics-bind-address", parsed.metricsBindAddress);
  const probes = bindAddress("health-probe-bind-address", parsed.healthProbeBindAddress);
  return {
    directory: parsed.directory,
    sessionDir: parsed.sessionDir,
    ...tlsOptions(parsed.listen, parsed.tlsCert, parsed.tlsKey, parsed.tlsCa),
    ...(metrics === undefined ? {} : { metrics }),
    ...(probes === undefined ? {} : { probes }),
    logLevel: parsed.logLevel,
    ignored: ignoredFlags.filter((flag) => Object.hasOwn(parsed, flag)),
  };
}

function readFlags(args: readonly string[], version: string) {
  const parser = yargs([...args]);
  // Changes the parser in place; chained it would blur the types of the options that mean something.
  for (const flag of ignoredFlags) parser.option(flag, { hidden: true });
  const text = (describe: string) => ({ type: "string", describe }) as const;
  return parser
    .scriptName("ptp-operator")
    .usage("$0 --directory DIR: serve the nodes and profiles of a directory of manifests")
    .option("directory", { ...text("manifests (*.yaml, *.yml, *.json)"), demandOption: true })
    .option("session-dir", { ...text("where the agents' sockets appear"), default: "/run/ptp-operator" })
    .option("listen", text("also serve mutual TLS on host:port"))
    .option("tls-cert", text("certificate of the TLS listener (PEM)"))
    .option("tls-key", text("its key (PEM)"))
    .option("tls-ca", text("authority of the agents' certificates (PEM)"))
    .option("metrics-bind-address", { ...text("where to serve /metrics; 0 for nowhere"), default: ":8080" })
    .option("health-probe-bind-address", {
      ...text("where to serve /healthz and /readyz; 0 for nowhere"),
      default: ":8081",
    })
    .option("log-level", { choices: ["debug", "info", "warn", "error"] as const, default: "info" as const })
    .implies("listen", ["tls-cert", "tls-key", "tls-ca"])
    .strict()
    .version(version)
    .help()
    .fail((message, error) => {
      throw new AppError("invalid", message || messageOf(error));
    })
    .parseSync();
}

function tlsOptions(
  address: string | undefined,
  certPath: string | undefined,
  keyPath: string | undefined,
  caPath: string | undefined,
): { readonly tls?: TlsOptions } {
  if (address === undefined || certPath === undefined || keyPath === undefined || caPath === undefined) return {};
  return { tls: { address, certPath, keyPath, caPath } };
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
