import { messageOf, sleep, type Logger, type Part } from "@ptp/kit";

/**
 * A part whose start may fail without ending the program: it is tried again until it serves. A node keeps time although
 * another program holds the port of its metrics.
 */
export function retriedPart(part: Part, log: Logger, retryMs = 5_000): Part {
  const stopping = new AbortController();
  let retrying: Promise<boolean> = Promise.resolve(false);
  const tryStart = async (signal: AbortSignal): Promise<boolean> => {
    try {
      await part.start(signal);
      return true;
    } catch (error) {
      log.error("part does not serve; trying again", { part: part.name, error: messageOf(error) });
      return false;
    }
  };
  const retry = async (signal: AbortSignal): Promise<boolean> => {
    while (!signal.aborted) {
      await sleep(retryMs, signal);
      if (!signal.aborted && (await tryStart(signal))) return true;
    }
    return false;
  };
  return {
    name: part.name,
    start: async (signal) => {
      const started = await tryStart(signal);
      retrying = started ? Promise.resolve(true) : retry(AbortSignal.any([signal, stopping.signal]));
    },
    stop: async () => {
      stopping.abort();
      if (await retrying) await part.stop();
    },
  };
}
