import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Part } from "@ptp/kit";
import type { TokenVerdict } from "@ptp/node";
import { createLineSplitter } from "../process/line-splitter.ts";
import type { AskToken } from "./answer-tokens.ts";
import { decodeTokenReply, encodeTokenLine, maxTokenLineBytes } from "./token-line.ts";

/** The way to the agent, as a part. */
export interface TokenChannel extends Part {
  readonly ask: AskToken;
}

/** The agent answers sooner. */
const waitMs = 4_000;
const mostUnderWay = 32;

/** Creates the events process's end of the socket over which the agent is asked whose tokens are. */
export function createTokenChannel(fd: number): TokenChannel {
  const underWay = new Map<number, (verdict: TokenVerdict) => void>();
  const splitter = createLineSplitter((line) => {
    const reply = decodeTokenReply(line);
    if (reply !== undefined) underWay.get(reply.id)?.(reply.verdict);
  }, maxTokenLineBytes);
  let socket: Duplex | undefined;
  let lastId = 0;
  return {
    name: "tokens",
    start: () => {
      socket = new Socket({ fd, readable: true, writable: true });
      socket.on("data", (chunk: Buffer) => splitter.push(chunk));
      // The feed ends at the same time, and with it the process.
      socket.on("error", () => undefined);
      return Promise.resolve();
    },
    stop: async () => void socket?.destroy(),
    ask: (token) => {
      if (socket === undefined || underWay.size >= mostUnderWay)
        return Promise.resolve(unknown("too many are asked about"));
      const { promise, resolve } = Promise.withResolvers<TokenVerdict>();
      const id = ++lastId;
      const timer = setTimeout(() => resolve(unknown("the agent did not answer")), waitMs);
      underWay.set(id, resolve);
      socket.write(encodeTokenLine({ id, token }));
      return promise.finally(() => {
        clearTimeout(timer);
        underWay.delete(id);
      });
    },
  };
}

function unknown(reason: string): TokenVerdict {
  return { kind: "unknown", reason };
}
