import { Socket } from "node:net";
import { messageOf, type Logger, type Part } from "@ptp/kit";
import { createLineSplitter } from "../process/line-splitter.ts";
import { decodeFeedMessage, maxFeedLineBytes, type FeedMessage } from "./feed-message.ts";

/** What reads the feed. */
export interface FeedReaderOptions {
  readonly fd: number;
  readonly onMessage: (message: FeedMessage) => void;
  /** A line that cannot be used. */
  readonly onRefused: () => void;
  /** The agent is gone. */
  readonly onEnd: () => void;
  readonly log: Logger;
}

/** Reads the state that the agent tells over an inherited socket. */
export function createFeedReader({ fd, onMessage, onRefused, onEnd, log }: FeedReaderOptions): Part {
  let socket: Socket | undefined;
  const splitter = createLineSplitter((line) => {
    try {
      onMessage(decodeFeedMessage(line));
    } catch (error) {
      onRefused();
      log.error("a line of the feed is left out", { error: messageOf(error) });
    }
  }, maxFeedLineBytes);
  return {
    name: "feed",
    start: () => {
      socket = new Socket({ fd, readable: true, writable: false });
      socket.on("data", (chunk: Buffer) => splitter.push(chunk));
      socket.on("error", (error) => log.error("the feed is broken", { error: error.message }));
      socket.once("close", onEnd);
      return Promise.resolve();
    },
    stop: async () => {
      socket?.removeAllListeners("close");
      socket?.destroy();
    },
  };
}
