import { createServer, type Socket } from "node:net";
import { once } from "node:events";
import { setSimulation } from "./linuxptp.ts";
import { nmeaSentences } from "./nmea-sentences.ts";

/** A GNSS receiver: sentences over TCP, and the pulse of ptpsim. */
export interface Receiver {
  readonly port: number;
  /** With a fix there is time of day; a receiver may go on with its pulse without one. */
  setFix(hasFix: boolean): void;
  setPulse(hasPulse: boolean): void;
  close(): Promise<void>;
}

/** Sentences come this long after the pulse they tell of. */
const latenessMs = 100;

/** Starts a receiver with fix and pulse. */
export async function startReceiver(): Promise<Receiver> {
  let hasFix = true;
  const listeners = new Set<Socket>();
  const server = createServer((socket) => {
    listeners.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => listeners.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  let timer: NodeJS.Timeout;
  const speak = (): void => {
    const now = Date.now();
    for (const socket of listeners) socket.write(nmeaSentences(now, hasFix));
    wait();
  };
  const wait = (): void => {
    timer = setTimeout(speak, 1_000 - ((Date.now() - latenessMs) % 1_000));
  };
  wait();
  setSimulation("gnss", 1);
  return {
    port,
    setFix: (has) => void (hasFix = has),
    setPulse: (has) => setSimulation("gnss", Number(has)),
    close: async () => {
      clearTimeout(timer);
      for (const socket of listeners) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
