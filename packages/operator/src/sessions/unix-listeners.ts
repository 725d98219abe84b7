import * as grpc from "@grpc/grpc-js";
import { mkdir, readdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { AppError, messageOf, type Logger, type Part } from "@ptp/kit";
import { AgentService, operatorServerOptions, serveBidi } from "@ptp/wire";
import type { Sessions } from "./sessions.ts";

/** The kernel's limit of a socket path, in bytes. */
const longestSocketPath = 107;

/** Connections per node: one is needed, a few more let a replacement overtake a hanging one. */
const maxConnections = 8;

/** What the listeners need. */
export interface UnixListenersOptions {
  readonly directory: string;
  readonly sessions: Sessions;
  readonly log: Logger;
  /** File name of a node's socket; default `<node>.sock`. */
  readonly socketName?: (nodeName: string) => string;
}

/** A socket per node: who can open a node's socket is its agent (design.md section 4, identity in standalone mode). */
export interface UnixListeners extends Part {
  /** Makes sockets for these nodes and removes those of others. */
  setNodes(nodeNames: Iterable<string>): void;
}

interface NodeListener {
  readonly server: grpc.Server;
  readonly sockets: Server;
}

/** Creates the listeners; sockets appear in `directory` as `<node>.sock`, readable by the owner alone. */
export function createUnixListeners(options: UnixListenersOptions): UnixListeners {
  return new SocketDirectory(options);
}

class SocketDirectory implements UnixListeners {
  readonly name = "session sockets";
  readonly #options: UnixListenersOptions;
  readonly #listeners = new Map<string, NodeListener>();
  readonly #refused = new Set<string>();

  constructor(options: UnixListenersOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { directory } = this.#options;
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      // What an operator before this one left; only one operator may use a directory.
      for (const name of await readdir(directory)) if (name.endsWith(".sock")) await rm(join(directory, name));
    } catch (error) {
      throw new AppError("invalid", `--session-dir ${directory} cannot be used: ${messageOf(error)}`, { cause: error });
    }
  }

  async stop(): Promise<void> {
    for (const nodeName of this.#listeners.keys()) this.#close(nodeName);
  }

  setNodes(nodeNames: Iterable<string>): void {
    const wanted = new Set(nodeNames);
    for (const nodeName of this.#listeners.keys()) if (!wanted.has(nodeName)) this.#close(nodeName);
    for (const nodeName of wanted) if (!this.#listeners.has(nodeName)) this.#open(nodeName);
  }

  #open(nodeName: string): void {
    const { directory, socketName = (name) => `${name}.sock` } = this.#options;
    const path = join(directory, socketName(nodeName));
    if (Buffer.byteLength(path) > longestSocketPath) {
      this.#refuse(nodeName, `path ${path} is longer than ${longestSocketPath} bytes: use a shorter --session-dir`);
      return;
    }
    const server = new grpc.Server(operatorServerOptions);
    serveBidi(server, AgentService.method.session, (stream) => this.#options.sessions.serve(nodeName, stream));
    const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
    const sockets = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      injector.injectConnection(socket);
    });
    sockets.maxConnections = maxConnections;
    sockets.on("error", (error) => {
      this.#refuse(nodeName, messageOf(error));
      this.#close(nodeName);
    });
    listenPrivately(sockets, path);
    this.#listeners.set(nodeName, { server, sockets });
    this.#refused.delete(nodeName);
  }

  #close(nodeName: string): void {
    const listener = this.#listeners.get(nodeName);
    this.#listeners.delete(nodeName);
    listener?.sockets.close();
    if (listener !== undefined) shutDown(listener.server);
  }

  #refuse(nodeName: string, problem: string): void {
    if (!this.#refused.has(nodeName)) this.#options.log.error("no socket for a node", { node: nodeName, problem });
    this.#refused.add(nodeName);
  }
}

/** The socket is bound within `listen`, so nobody else ever sees it with wider permissions. */
function listenPrivately(sockets: Server, path: string): void {
  const before = process.umask(0o177);
  try {
    sockets.listen(path);
  } finally {
    process.umask(before);
  }
}

/** Streams that end get a moment to say why; then the connections go. */
function shutDown(server: grpc.Server): void {
  const timer = setTimeout(() => server.forceShutdown(), 500);
  server.tryShutdown(() => clearTimeout(timer));
}
