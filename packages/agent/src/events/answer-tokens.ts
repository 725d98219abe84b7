import type { Duplex } from "node:stream";
import type { TokenVerdict } from "@ptp/node";
import { createLineSplitter } from "../process/line-splitter.ts";
import { decodeTokenAsk, encodeTokenLine, maxTokenLineBytes } from "./token-line.ts";

/** Says whose a token is; never rejects. */
export type AskToken = (token: string) => Promise<TokenVerdict>;

/** More questions than the process has connections are no questions. */
const mostUnderWay = 64;

/** An answer has some hundred bytes; who does not read them gets no more. */
const mostWaitingBytes = 65_536;

/**
 * Answers the events process on its socket. What it says is not trusted: what is no question, comes while too many are under
 * way, or is not read, is passed over.
 */
export function answerTokens(socket: Duplex, ask: AskToken): void {
  let underWay = 0;
  const answer = async (line: string): Promise<void> => {
    const question = decodeTokenAsk(line);
    if (question === undefined || underWay >= mostUnderWay) return;
    underWay += 1;
    const verdict = await ask(question.token);
    underWay -= 1;
    if (socket.writable && socket.writableLength < mostWaitingBytes) {
      socket.write(encodeTokenLine({ id: question.id, verdict }));
    }
  };
  const splitter = createLineSplitter((line) => void answer(line), maxTokenLineBytes);
  socket.on("data", (chunk: Buffer) => splitter.push(chunk));
}
