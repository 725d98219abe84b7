import { createServer, type Server } from "node:net";
import { AppError, errnoCode, sleep, type Part } from "@ptp/kit";

/** Holds a state directory for one agent. */
export interface StateLock {
  release(): Promise<void>;
}

/** An agent that is being replaced has this long to stop its programs. */
const defaultWaitMs = 12_000;

/** How to wait for a lock. */
export interface LockOptions {
  /** Default 12 000. */
  readonly waitMs?: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/**
 * Takes the lock of a state directory, waiting for a predecessor that is shutting down; undefined if the signal aborts
 * first. The lock is an abstract unix socket name: the kernel releases it when its holder dies, however it dies, and
 * nothing is left on disk.
 *
 * @throws AppError invalid if another agent keeps it.
 */
export async function lockStateDirectory(
  stateDirectory: string,
  nodeName: string,
  { waitMs = defaultWaitMs, signal }: LockOptions = {},
): Promise<StateLock | undefined> {
  const endMs = performance.now() + waitMs;
  for (;;) {
    if (signal?.aborted === true) return undefined;
    const server = await tryListen(`\0ptp-agent/${nodeName}${stateDirectory}`);
    if (server !== undefined) return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    if (performance.now() >= endMs) {
      const remedy = "stop it or give this one another --state-dir";
      throw new AppError("invalid", `another agent of node ${nodeName} uses ${stateDirectory}: ${remedy}`);
    }
    await sleep(50, signal);
  }
}

function tryListen(name: string): Promise<Server | undefined> {
  const server = createServer((connection) => connection.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (error) => (errnoCode(error) === "EADDRINUSE" ? resolve(undefined) : reject(error)));
    server.listen({ path: name }, () => {
      server.unref();
      // Whoever connects has no business here, and cannot end the agent by it.
      server.on("error", () => undefined);
      resolve(server);
    });
  });
}

/** The lock as a part: the first to start and the last to stop. */
export function stateLockPart(stateDirectory: string, nodeName: string): Part {
  let lock: StateLock | undefined;
  return {
    name: "state directory",
    start: async (signal) => {
      lock = await lockStateDirectory(stateDirectory, nodeName, { signal });
    },
    stop: async () => await lock?.release(),
  };
}
