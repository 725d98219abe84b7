import type { Part } from "@ptp/kit";
import type { ConfigSource } from "./config-source.ts";

/** Runs a source from start to stop. */
export function sourcePart(source: ConfigSource): Part {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  return {
    name: `${source.name} source`,
    start: (signal) => {
      running = source.run(AbortSignal.any([signal, stopping.signal]));
      return Promise.resolve();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
