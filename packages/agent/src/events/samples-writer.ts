import { Socket } from "node:net";
import type { Part } from "@ptp/kit";
import type { Registry } from "prom-client";

const everyMs = 1_000;

/** Hands the metrics to the agent once a second, one JSON text per line; while it does not read, none. */
export function createSamplesWriter(fd: number, registry: Registry): Part {
  let timer: NodeJS.Timeout | undefined;
  let socket: Socket | undefined;
  const write = async (): Promise<void> => {
    const text = await registry.metrics();
    if (socket?.writableLength === 0) socket.write(`${JSON.stringify(text)}\n`);
  };
  return {
    name: "samples",
    start: () => {
      socket = new Socket({ fd, readable: false, writable: true });
      socket.on("error", () => clearInterval(timer));
      timer = setInterval(() => void write(), everyMs);
      return Promise.resolve();
    },
    stop: async () => {
      clearInterval(timer);
      socket?.destroy();
    },
  };
}
