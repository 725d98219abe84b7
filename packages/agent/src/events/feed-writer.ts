import type { Writable } from "node:stream";
import type { EventValue } from "@ptp/truth";
import { toldPart, valueKey } from "./event-board.ts";
import { encodeFeedMessage, maxFeedValues } from "./feed-message.ts";

/** Tells the events process the state of the node without ever waiting for it. */
export interface FeedWriter {
  /** At once if something changed that events tell; what changes besides is left to `refresh`. */
  publish(values: readonly EventValue[], atUnixMs: number): void;
  /** Tells offsets and reasons too, if they are others. */
  refresh(values: readonly EventValue[], atUnixMs: number): void;
  /** Snapshots that a newer one replaced before they could be told. */
  overruns(): number;
}

/** Bytes that may wait; far more than one snapshot of a large node. */
const maxWaitingBytes = 262_144;

/** Creates a writer. What does not fit waits, the newest alone: each snapshot is complete. */
export function createFeedWriter(socket: Writable): FeedWriter {
  let toldParts: string | undefined;
  let toldText = "";
  let waiting: string | undefined;
  let overruns = 0;
  socket.on("drain", () => {
    const line = waiting;
    waiting = undefined;
    if (line !== undefined) socket.write(line);
  });
  const write = (values: readonly EventValue[], atUnixMs: number): void => {
    const line = encodeFeedMessage({ type: "snapshot", atUnixMs, values: values.slice(0, maxFeedValues) });
    // Without a drain to come nothing would ever be written of what waits.
    const fits = !socket.writableNeedDrain || socket.writableLength + line.length <= maxWaitingBytes;
    // Behind one that waits, even where there is room again: that one would be written later, and hold.
    if (fits && waiting === undefined) return void socket.write(line);
    if (waiting !== undefined) overruns += 1;
    waiting = line;
  };
  const tell = (values: readonly EventValue[], atUnixMs: number): void => {
    toldParts = partsOf(values);
    toldText = JSON.stringify(values);
    write(values, atUnixMs);
  };
  return {
    publish: (values, atUnixMs) => {
      if (partsOf(values) !== toldParts) tell(values, atUnixMs);
    },
    refresh: (values, atUnixMs) => {
      if (JSON.stringify(values) !== toldText) tell(values, atUnixMs);
    },
    overruns: () => overruns,
  };
}

function partsOf(values: readonly EventValue[]): string {
  return values.map((value) => `${valueKey(value)} ${toldPart(value)}`).join("\n");
}
