import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { readClock, type ClockSettings } from "./timex.ts";
import { judgeClock, type ClockVerdict } from "./verdict.ts";

/** What was found before any lab touched the clock. */
export interface SavedClock {
  readonly verdict: ClockVerdict;
  readonly settings: ClockSettings;
}

/** The socket's name has no file: it goes with its owner. */
const socketName = "\0ptp-lab-clock";

/**
 * Several labs can run at once, and only the first one sees the machine's own settings. Its guard offers them on a
 * socket; later guards take them from there, and one of them offers them on when the first is gone.
 */
export async function savedClock(): Promise<SavedClock> {
  const found: SavedClock = { verdict: judgeClock(), settings: readClock() };
  if (await offer(found)) return found;
  return (await takeOver()) ?? found;
}

async function takeOver(): Promise<SavedClock | undefined> {
  const peer = createConnection({ path: socketName });
  peer.on("error", () => undefined);
  let text = "";
  peer.setEncoding("utf8");
  const { promise, resolve } = Promise.withResolvers<SavedClock | undefined>();
  let saved: SavedClock | undefined;
  peer.on("data", (chunk: string) => {
    text += chunk;
    if (saved !== undefined || !text.endsWith("\n")) return;
    saved = JSON.parse(text) as SavedClock;
    resolve(saved);
  });
  // The guard that held the settings has ended while this one lives on.
  peer.once("close", () => {
    resolve(undefined);
    if (saved !== undefined) void offer(saved);
  });
  return promise;
}

/** Becomes the holder of the settings; false when there is one already. */
async function offer(saved: SavedClock): Promise<boolean> {
  const server: Server = createServer((peer: Socket) => {
    peer.on("error", () => undefined);
    peer.write(`${JSON.stringify(saved)}\n`);
  });
  server.listen({ path: socketName });
  try {
    await once(server, "listening");
    return true;
  } catch {
    return false;
  }
}
