import { defaultNamespace } from "@ptp/api";
import { AppError, messageOf } from "@ptp/kit";
import yargs from "yargs";

/** What shall be removed, and how long that may take. */
export interface RemoveOptions {
  /** The operator's namespace. */
  readonly namespace: string;
  /** The prefix of its objects' names, and the name of its Deployment. */
  readonly name: string;
  /** Absent: the pod's ServiceAccount. */
  readonly kubeconfig?: string;
  /** Leaves the agents, and what they need to run, where they are. */
  readonly keepAgents: boolean;
  /** Leaves PtpOperatorConfig `default`, which people edit. */
  readonly keepConfig: boolean;
  /** Leaves the Secrets `NAME-ca` and `NAME-tls`: they are not the operator's own. */
  readonly keepSecrets: boolean;
  readonly timeoutMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const exitCodes = `Exit codes: 0 all is gone, or was before; 1 the API server refused or did not answer;
2 wrong arguments or missing permissions; 3 the time is over (what is still there is told).
It can be run again at any time.`;

/** Reads the command line after `remove`. Prints and ends by itself on --help. @throws AppError invalid */
export function parseRemoveOptions(args: readonly string[], env: Environment = {}): RemoveOptions {
  const flags = readFlags(args);
  if (!(flags.timeout > 0)) throw new AppError("invalid", `--timeout ${flags.timeout}: expected seconds, such as 240`);
  return {
    namespace: (flags.namespace ?? env["OPERATOR_NAMESPACE"]) || defaultNamespace,
    name: (flags.name ?? env["OPERATOR_NAME"]) || "ptp-operator",
    ...(flags.kubeconfig === undefined ? {} : { kubeconfig: flags.kubeconfig }),
    keepAgents: flags.keepAgents,
    keepConfig: flags.keepConfig || flags.keepAgents,
    keepSecrets: flags.keepSecrets,
    timeoutMs: flags.timeout * 1000,
  };
}

function readFlags(args: readonly string[]) {
  const text = (describe: string) => ({ type: "string", describe }) as const;
  const keep = (describe: string) => ({ type: "boolean", describe, default: false }) as const;
  return yargs([...args])
    .scriptName("ptp-operator remove")
    .usage("$0 [options]: stop the operator and remove all it made in a cluster, the agents first")
    .option("namespace", text("the operator's own (OPERATOR_NAMESPACE, else openshift-ptp)"))
    .option("name", text("prefix of its objects' names (OPERATOR_NAME, else ptp-operator)"))
    .option("kubeconfig", text("of the cluster; without it the ServiceAccount of the pod"))
    .option("keep-agents", keep("leave the agents running, and PtpOperatorConfig default, which owns them"))
    .option("keep-config", keep("leave PtpOperatorConfig default"))
    .option("keep-secrets", keep("leave the Secrets NAME-ca and NAME-tls"))
    .option("timeout", { type: "number", default: 240, describe: "seconds until it gives up" })
    .epilogue(exitCodes)
    .version(false)
    .strict()
    .help()
    .fail((message, error) => {
      throw new AppError("invalid", message || messageOf(error));
    })
    .parseSync();
}
