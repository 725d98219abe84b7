/** What `shutdownSignal` needs of a process. */
export interface SignalSource {
  on(signal: "SIGTERM" | "SIGINT" | "SIGHUP", listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * Aborts on the first SIGTERM, SIGINT or SIGHUP (its terminal is gone); a second one ends the process at once with 128 +
 * signal number.
 */
export function shutdownSignal(process: SignalSource): AbortSignal {
  const controller = new AbortController();
  const onSignal = (exitCode: number): void => {
    if (controller.signal.aborted) process.exit(exitCode);
    controller.abort();
  };
  process.on("SIGTERM", () => onSignal(143));
  process.on("SIGINT", () => onSignal(130));
  process.on("SIGHUP", () => onSignal(129));
  return controller.signal;
}
