import { AppError, createLogger, runParts, shutdownSignal, toAppError } from "@ptp/kit";
import { compose } from "./compose.ts";
import { parseOptions } from "./options.ts";

const version = "0.1.0";

async function main(): Promise<void> {
  const signal = shutdownSignal(process);
  try {
    const options = parseOptions(process.argv.slice(2), version);
    const log = createLogger({ level: options.logLevel });
    if (options.ignored.length > 0) {
      log.warn("flags without meaning here are ignored", { flags: options.ignored.join(", ") });
    }
    log.info("operator starts", { version, directory: options.directory, sessionDir: options.sessionDir });
    await runParts(compose(options, version, log), { signal, log });
  } catch (error) {
    const { kind, message } = toAppError(error);
    process.stderr.write(`ptp-operator: ${message}\n`);
    process.exitCode = kind === "invalid" && error instanceof AppError ? 2 : 1;
  }
}

void main();
