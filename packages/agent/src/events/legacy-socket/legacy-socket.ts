import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { AppError, type Logger, type Part } from "@ptp/kit";
import type { MetricSample } from "@ptp/truth";
import { createLineSplitter } from "../../process/line-splitter.ts";
import type { FeedMessage } from "../feed-message.ts";
import { createDaemonClient, type DaemonClient } from "./daemon-client.ts";
import type { DaemonPlaces } from "./daemon-files.ts";
import { createDaemonFollower, type DaemonFollower } from "./follow-daemon.ts";

/** What stands in for the sidecar of the existing daemon. */
export interface LegacySocketOptions {
  readonly path: string;
  readonly places: DaemonPlaces;
  /** The daemon's own HTTP, such as `http://localhost:8081`. */
  readonly daemonOrigin: string;
  readonly onMessage: (message: FeedMessage) => void;
  readonly log: Logger;
  /** As long without a connection and the daemon is taken for gone; default: 30 s. */
  readonly goneMs?: number;
}

/** It also knows what metrics show. */
export interface LegacySocket extends Part {
  samples(): readonly MetricSample[];
}

const maxConnections = 128;
/** A daemon that is there has a connection for each of its programs; between two of a short life there is none. */
const standardGoneMs = 30_000;
/** Aliases are asked for again: interfaces come and go. */
const aliasMs = 30_000;

/** Listens where the existing daemon writes its lines, and tells the state that they mean. */
export function createLegacySocket({
  path,
  daemonOrigin,
  goneMs = standardGoneMs,
  ...options
}: LegacySocketOptions): LegacySocket {
  const daemon = createDaemonClient(daemonOrigin, options.log);
  const follower = createDaemonFollower({ ...options, daemon });
  const sockets = new Set<Socket>();
  const absence = createAbsence(() => follower.abandon(), goneMs);
  const accepting = { sockets, absence, follower, daemon, log: options.log };
  const server = createServer((socket) => accept(socket, accepting));
  let aliasing: NodeJS.Timeout | undefined;
  return {
    name: "legacy socket",
    samples: () => follower.samples(),
    start: async () => {
      await follower.reload();
      await daemon.refreshAliases();
      await listen(server, path);
      aliasing = setInterval(() => void daemon.refreshAliases().then(() => follower.tell()), aliasMs);
      // The daemon waits for our health before it starts anything: that nothing is known yet is a state.
      follower.tell();
    },
    stop: async () => {
      clearInterval(aliasing);
      follower.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      absence.ends();
    },
  };
}

interface Accepting {
  readonly sockets: Set<Socket>;
  readonly absence: Absence;
  readonly follower: DaemonFollower;
  readonly daemon: DaemonClient;
  readonly log: Logger;
}

/** A connection for each process of the daemon; with each it is asked to tell its states again. */
function accept(socket: Socket, { sockets, absence, follower, daemon, log }: Accepting): void {
  socket.on("error", (error) => log.debug("a connection of the daemon broke", { problem: error.message }));
  if (sockets.size >= maxConnections) return void socket.destroy();
  sockets.add(socket);
  absence.ends();
  // Longer lines are cut, which makes them nobody's; the next one is read.
  const splitter = createLineSplitter((line) => follower.hear(line));
  socket.on("data", (chunk: Buffer) => splitter.push(chunk));
  socket.once("close", () => {
    sockets.delete(socket);
    if (sockets.size === 0) absence.begins();
  });
  void daemon.emitLogs();
}

/** Nobody is connected. */
interface Absence {
  begins(): void;
  ends(): void;
}

function createAbsence(onLong: () => void, longMs: number): Absence {
  let timer: NodeJS.Timeout | undefined;
  return {
    begins: () => (timer = setTimeout(onLong, longMs).unref()),
    ends: () => clearTimeout(timer),
  };
}

async function listen(server: Server, path: string): Promise<void> {
  if (await isServed(path)) throw new AppError("invalid", `somebody else listens on ${path}: end the other sidecar`);
  await rm(path, { force: true });
  server.listen(path);
  await once(server, "listening");
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
