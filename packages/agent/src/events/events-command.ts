import type { EventSettings } from "@ptp/node";
import type { EventOptions } from "../agent-options.ts";

/** Where the events process of an agent runs. */
export interface EventsPlace {
  readonly nodeName: string;
  /** Absent where this agent cannot change users: it then runs as this one. */
  readonly setprivPath?: string;
  /** Node itself. */
  readonly nodePath: string;
  /** This program. */
  readonly programPath: string;
  /** Folder of subscriptions. */
  readonly storePath: string;
  /** PATH of this agent. */
  readonly path: string;
  /** Variables that name this agent as its owner. */
  readonly mark: Readonly<Record<string, string>>;
  /** Variables that events are named by: NAME_SPACE, NODE_IP. */
  readonly naming: Readonly<Record<string, string>>;
  readonly ownPorts: readonly number[];
}

/** A command line with its complete environment. */
export interface EventsCommand {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where it starts. */
  readonly folder: string;
  /** Sockets from descriptor 3: state in, metrics out, and questions about tokens if it has any. */
  readonly socketCount: 2 | 3;
}

const descriptors = ["--feed-fd", "3", "--samples-fd", "4"];

/** Beyond it the process starts anew. Most of it is for 10,000 subscriptions with full queues. */
const maxMemoryMb = 256;

/** Lookups of names that nobody answers take a thread each; files must not wait for them. */
const threads = "64";

/**
 * The events process: another user's, without capabilities and with no way to any, bounded in memory, and killed with this
 * agent.
 */
export function eventsCommand(options: EventOptions, settings: EventSettings, place: EventsPlace): EventsCommand {
  const node = [place.nodePath, ...nodeFlags(maxMemoryMb)];
  const what = ["events", "--node-name", place.nodeName, "--store-path", "."];
  const bounds = ["--max-memory-mb", String(maxMemoryMb), "--own-ports", place.ownPorts.join(",")];
  const { tls, apiHost, consumerCaPath, tokens } = options;
  return {
    command: [
      ...wrapper(options, place),
      ...node,
      place.programPath,
      ...what,
      ...descriptors,
      ...bounds,
      "--api-port",
      String(options.apiPort),
      ...flag("--api-host", apiHost),
      ...flag("--transport-host", settings.transportHost),
      ...(options.allowLoopback ? ["--event-allow-loopback"] : []),
      ...(options.ownMutations ? ["--event-own-mutations"] : []),
      ...(tokens ? ["--tokens-fd", "5", ...flag("--token-subjects", tokens.subjects.join(","))] : []),
      ...flag("--event-allow-networks", options.allowedNetworks.join(",")),
      ...flag("--tls-cert", tls?.certPath),
      ...flag("--tls-key", tls?.keyPath),
      ...flag("--tls-client-ca", tls?.clientCaPath),
      ...flag("--consumer-ca", consumerCaPath),
    ],
    // The process may use this folder without a way through those above it.
    folder: place.storePath,
    socketCount: tokens ? 3 : 2,
    env: { ...place.mark, ...place.naming, PATH: place.path, UV_THREADPOOL_SIZE: threads },
  };
}

/**
 * Node's flags for a process of as much memory: less for what is short-lived, and the rest beside the heap. With less than 4 MiB
 * for that a third of the time that deliveries take is spent on garbage.
 */
export function nodeFlags(maxMb: number): readonly string[] {
  return ["--max-semi-space-size=4", "--v8-pool-size=1", `--max-old-space-size=${Math.round(maxMb / 2)}`];
}

/** Set last by setpriv, the death signal outlives the change of user, which would clear it. */
function wrapper({ userId }: EventOptions, { setprivPath }: EventsPlace): readonly string[] {
  if (setprivPath === undefined) return [];
  const user = ["--reuid", String(userId), "--regid", String(userId), "--clear-groups"];
  return [setprivPath, ...user, "--no-new-privs", "--pdeathsig", "KILL", "--"];
}

function flag(name: string, value: string | undefined): readonly string[] {
  return value ? [name, value] : [];
}
