import { createLogger, messageOf, runParts, shutdownSignal } from "@ptp/kit";
import { createLineSink } from "../process/line-sink.ts";
import { createEvents } from "./create-events.ts";
import type { EventsOptions } from "./events-options.ts";

const stdoutFd = 1;
const lastLinesMs = 500;

/** Runs the events process until it is told to end; its exit code: 0 after a regular end, 1 if it cannot go on. */
export async function runEvents(options: EventsOptions, process: NodeJS.Process): Promise<number> {
  const sink = createLineSink(stdoutFd);
  const log = createLogger({
    level: options.debug ? "debug" : "info",
    fields: { node: options.nodeName, part: "events" },
    write: (line) => void sink.writeLine(line),
  });
  const ended = new AbortController();
  const told = shutdownSignal(process);
  // A fault in one request must not end the others; what is left is told.
  process.on("unhandledRejection", (error) => log.error("a fault", { error: messageOf(error) }));
  try {
    const parts = createEvents({ options, log, end: () => ended.abort() });
    await runParts(parts, { signal: AbortSignal.any([told, ended.signal]), log });
    return ended.signal.aborted ? 1 : 0;
  } catch (error) {
    log.error("events cannot be served", { error: messageOf(error) });
    return 1;
  } finally {
    await sink.flush(lastLinesMs);
  }
}
