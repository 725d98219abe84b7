import { messageOf, type Logger } from "@ptp/kit";
import type { MetricSample } from "@ptp/truth";
import type { FeedMessage } from "../feed-message.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { readDaemonConfigs, type DaemonConfig } from "./daemon-config.ts";
import { readDaemonFiles, type DaemonPlaces } from "./daemon-files.ts";
import { createLineHearer, type LineHearer } from "./hear-lines.ts";

/** What following a daemon needs. */
export interface FollowOptions {
  readonly places: DaemonPlaces;
  readonly daemon: DaemonClient;
  readonly onMessage: (message: FeedMessage) => void;
  readonly log: Logger;
}

/** Lines in, states out. */
export interface DaemonFollower {
  /** Reads the daemon's configs; what was heard of those that are the same stays. */
  reload(): Promise<void>;
  hear(line: string): void;
  tell(): void;
  /** What metrics show now. */
  samples(): readonly MetricSample[];
  /** Nobody is connected any more. */
  abandon(): void;
  close(): void;
}

/** Creates a follower; until its first `tell` nothing is told. */
export function createDaemonFollower({ places, daemon, onMessage, log }: FollowOptions): DaemonFollower {
  let hearer: LineHearer = createLineHearer(new Map());
  let ticking: NodeJS.Timeout | undefined;
  const aliasOf = (name: string): string => daemon.aliasOf(name);
  const tell = (): void => {
    onMessage({ type: "snapshot", atUnixMs: Date.now(), values: hearer.values(aliasOf) });
    clearTimeout(ticking);
    const nextMs = hearer.nextTickMs();
    if (nextMs !== undefined) ticking = setTimeout(tick, Math.max(0, nextMs - performance.now()) + 1);
  };
  const tick = (): void => {
    hearer.tick(performance.now());
    tell();
  };
  const reload = async (): Promise<void> => {
    const configs = await readConfigs(places, log);
    if (configs !== undefined) hearer = hearer.with(configs);
  };
  /** The daemon has other configs. Nothing of what goes on is interrupted, and what was told before is told again. */
  const restart = async (): Promise<void> => {
    await reload();
    await daemon.refreshAliases();
    tell();
    await daemon.emitLogs();
  };
  return {
    reload,
    tell,
    hear: (line) => {
      const outcome = hearer.hear(line, performance.now());
      if (outcome === "heard") tell();
      if (outcome === "restart") void restart();
    },
    samples: () => hearer.samples({ nodeName: places.nodeName, aliasOf, nowMs: performance.now() }),
    abandon: () => {
      hearer.abandon();
      tell();
    },
    close: () => clearTimeout(ticking),
  };
}

async function readConfigs(places: DaemonPlaces, log: Logger): Promise<ReadonlyMap<string, DaemonConfig> | undefined> {
  try {
    const configs = readDaemonConfigs(await readDaemonFiles(places));
    log.info("the daemon's configs are read", { configs: configs.size });
    return configs;
  } catch (error) {
    log.error("the daemon's configs cannot be read; those of before go on", { problem: messageOf(error) });
    return undefined;
  }
}
