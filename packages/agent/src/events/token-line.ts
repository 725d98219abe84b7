import { isJsonObject, longestConsumerToken, type JsonObject, type JsonValue, type TokenVerdict } from "@ptp/node";

/** A question of the events process to its agent: whose token is this? One JSON text per line. */
export interface TokenAsk {
  readonly id: number;
  readonly token: string;
}

/** The agent's answer to the question of the same id. */
export interface TokenReply {
  readonly id: number;
  readonly verdict: TokenVerdict;
}

/** A longer line is neither. */
export const maxTokenLineBytes = longestConsumerToken + 1_024;

/** One line, its end included. */
export function encodeTokenLine(line: TokenAsk | TokenReply): string {
  return `${JSON.stringify(line)}\n`;
}

/** Undefined for what is no question: whoever listens to events may have taken that process over. */
export function decodeTokenAsk(line: string): TokenAsk | undefined {
  const { id, token } = parse(line);
  if (typeof id !== "number" || !Number.isSafeInteger(id) || typeof token !== "string") return undefined;
  return token.length > longestConsumerToken ? undefined : { id, token };
}

/** Undefined for what is no answer. */
export function decodeTokenReply(line: string): TokenReply | undefined {
  const { id, verdict } = parse(line);
  if (typeof id !== "number" || verdict === undefined || !isJsonObject(verdict)) return undefined;
  const { kind, subject, reason } = verdict;
  if (kind === "valid" && typeof subject === "string" && subject !== "") return { id, verdict: { kind, subject } };
  if ((kind === "invalid" || kind === "unknown") && typeof reason === "string") {
    return { id, verdict: { kind, reason } };
  }
  return undefined;
}

function parse(line: string): JsonObject {
  try {
    const value: JsonValue = JSON.parse(line);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
