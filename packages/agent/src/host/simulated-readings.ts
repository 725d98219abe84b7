import { constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { parseRecordedInput, type NodeInput } from "@ptp/truth";
import type { HardwareReading, ReadingsPort } from "./readings-port.ts";

/** Longer than any reading; a line that is longer is none. */
const maxLineLength = 4_096;

/**
 * Readings that somebody writes into a FIFO, one a line, in the form of a recording (docs/replay.md): for tests, and for
 * trying out a T-GM or T-BC where no such hardware is. Their time is that of arrival. What is no reading is passed over.
 */
export function createSimulatedReadings(path: string): ReadingsPort {
  let socket: Socket | undefined;
  return {
    open: (listener) => {
      // Opened for writing too: otherwise it would wait for a writer, and end with each.
      const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
      socket = new Socket({ fd, readable: true, writable: false });
      socket.on("error", () => undefined);
      readLines(socket, (line) => {
        const input = parseRecordedInput(line)?.input;
        if (input !== undefined && isReading(input)) listener(input);
      });
    },
    close: () => void socket?.destroy(),
  };
}

/** Of leap seconds only what receivers tell: lists are the node's own business. */
function isReading(input: NodeInput): input is HardwareReading {
  if (input.source === "leap") return input.observation.kind === "indication";
  return input.source === "dpll" || input.source === "gnss";
}

function readLines(socket: Socket, onLine: (line: string) => void): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = (lines.pop() ?? "").slice(0, maxLineLength);
    for (const line of lines) if (line.length <= maxLineLength) onLine(line);
  });
}
