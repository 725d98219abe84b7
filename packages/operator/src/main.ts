import { AppError, createLogger, runParts, shutdownSignal, toAppError, type Logger, type Part } from "@ptp/kit";
import { compose } from "./compose.ts";
import { parseOptions, type OperatorOptions } from "./options.ts";

const version = "0.1.0";

async function main(): Promise<void> {
  if (process.argv[2] === "remove") {
    const { runRemove } = await import("./remove/run-remove.ts");
    const tell = (line: string): void => void process.stdout.write(`${line}\n`);
    process.exitCode = await runRemove(process.argv.slice(3), { env: process.env, tell });
    return;
  }
  const signal = shutdownSignal(process);
  try {
    const options = parseOptions(process.argv.slice(2), version, process.env);
    const log = createLogger({ level: options.logLevel });
    if (options.ignored.length > 0) {
      log.warn("flags without meaning here are ignored", { flags: options.ignored.join(", ") });
    }
    await runParts(await partsOf(options, log), { signal, log });
  } catch (error) {
    const { kind, message } = toAppError(error);
    process.stderr.write(`ptp-operator: ${message}\n`);
    process.exitCode = kind === "invalid" && error instanceof AppError ? 2 : 1;
  }
}

async function partsOf(options: OperatorOptions, log: Logger): Promise<readonly Part[]> {
  if (options.directory === undefined) {
    const { namespace, watchNamespaces } = options;
    log.info("operator starts", { version, namespace, watchNamespaces: watchNamespaces?.join(", ") ?? "all" });
    // The Kubernetes client is large; standalone nobody pays for it.
    if (options.onlyNode !== undefined) {
      const { composeNode } = await import("./compose-node.ts");
      return composeNode(options, version, log);
    }
    const { composeCluster } = await import("./compose-cluster.ts");
    return composeCluster(options, version, log);
  }
  log.info("operator starts", { version, directory: options.directory, sessionDir: options.sessionDir });
  return compose(options, version, log);
}

void main();
