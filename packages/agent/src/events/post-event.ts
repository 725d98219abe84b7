import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import type { PostResult } from "./deliverer.ts";
import type { EndpointGuard } from "./endpoint-guard.ts";
import type { HostResolver } from "./resolve-host.ts";

/** Sends one event; settles within the timeout and never rejects. */
export type PostEvent = (endpointUri: string, body: string, timeoutMs?: number) => Promise<PostResult>;

/** How long a consumer may take for its answer, connecting included. */
export const postTimeoutMs = 2_000;

/** A sender with its connections. */
export interface EventPoster {
  readonly post: PostEvent;
  close(): void;
}

/** More of an answer is not read: nothing of it is of use. */
const maxAnswerBytes = 65_536;

/** What a sender needs. */
export interface EventPosterOptions {
  readonly guard: EndpointGuard;
  readonly resolver: HostResolver;
  /** PEM of authorities of consumers with HTTPS, instead of those that Node knows. */
  readonly consumerCa?: string;
}

/** Creates a sender that keeps connections open; redirects are not followed and proxies not used. */
export function createEventPoster({ guard, resolver, consumerCa }: EventPosterOptions): EventPoster {
  const keep = { keepAlive: true, timeout: 60_000 };
  const http = new HttpAgent(keep);
  const https = new HttpsAgent({ ...keep, ...(consumerCa !== undefined && { ca: consumerCa }) });
  const attempt = (url: URL, body: string, timeoutMs: number): Promise<Attempt> => {
    const isTls = url.protocol === "https:";
    const port = Number(url.port || (isTls ? 443 : 80));
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    const refusal = isIP(host) === 0 ? undefined : guard.refusal(host, port);
    if (refusal !== undefined) return Promise.resolve(unreachable(`events may not be sent there: ${refusal}`));
    const options = { method: "POST", headers: headersOf(url, body), lookup: resolver.lookup(port) };
    return send({ url, options, body, timeoutMs }, (target, how, answer) =>
      isTls
        ? httpsRequest(target, { ...how, agent: https }, answer)
        : httpRequest(target, { ...how, agent: http }, answer),
    );
  };
  return {
    post: async (endpointUri, body, timeoutMs = postTimeoutMs) => {
      const url = URL.parse(endpointUri);
      if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
        return { kind: "refused", detail: "the EndpointUri is not http:// or https://" };
      }
      const endMs = performance.now() + timeoutMs;
      const first = await attempt(url, body, timeoutMs);
      // The consumer closed an idle connection just when it was used again.
      if (!first.wasStale) return first.result;
      return (await attempt(url, body, Math.max(1, endMs - performance.now()))).result;
    },
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
}

interface Attempt {
  readonly result: PostResult;
  readonly wasStale: boolean;
}

interface Sending {
  readonly url: URL;
  readonly options: RequestOptions;
  readonly body: string;
  readonly timeoutMs: number;
}

type Requester = (
  url: URL,
  options: RequestOptions,
  answer: (response: IncomingMessage) => void,
) => ReturnType<typeof httpRequest>;

function send({ url, options, body, timeoutMs }: Sending, requester: Requester): Promise<Attempt> {
  return new Promise((resolve) => {
    const request = requester(url, options, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxAnswerBytes) response.destroy();
      });
      response.on("error", () => undefined);
      response.once("close", () => clearTimeout(timer));
      resolve({ result: judge(response.statusCode ?? 0), wasStale: false });
    });
    const timer = setTimeout(
      () => request.destroy(new Error(`no answer within ${Math.round(timeoutMs)} ms`)),
      timeoutMs,
    );
    // Also what comes after the first one: nobody else hears it.
    request.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const wasStale = request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      resolve({ ...unreachable(error.message || (error.code ?? "no connection")), wasStale });
    });
    request.end(body);
  });
}

function headersOf(url: URL, body: string): Record<string, string | number> {
  const isNamed = url.username !== "" || url.password !== "";
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    "User-Agent": "ptp-agent",
    ...(isNamed && { Authorization: `Basic ${Buffer.from(user).toString("base64")}` }),
  };
}

function unreachable(detail: string): Attempt {
  return { result: { kind: "unreachable", detail }, wasStale: false };
}

/** Only 204 says that an event was taken. */
function judge(status: number): PostResult {
  if (status === 204) return { kind: "delivered" };
  const mayChange = status >= 500 || status === 408 || status === 425 || status === 429;
  return { kind: mayChange ? "unavailable" : "refused", detail: `it answered ${status}, not 204` };
}
