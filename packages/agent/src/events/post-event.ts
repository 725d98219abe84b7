import { isIP } from "node:net";
import type { PostResult } from "./deliverer.ts";
import type { EndpointGuard } from "./endpoint-guard.ts";
import { createPostConnections, type Exchange, type PostTarget } from "./post-connection.ts";
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

/** What a sender needs. */
export interface EventPosterOptions {
  readonly guard: EndpointGuard;
  readonly resolver: HostResolver;
  /** PEM of authorities of consumers with HTTPS, as it is now, instead of those that Node knows. */
  readonly consumerCa?: () => string;
}

/** Creates a sender that keeps connections open; redirects are not followed and proxies not used. */
export function createEventPoster({ guard, resolver, consumerCa }: EventPosterOptions): EventPoster {
  const connections = createPostConnections();
  const ca = consumerCa === undefined ? {} : { ca: consumerCa };
  const known = new Map<string, Endpoint>();
  const endpointOf = (endpointUri: string): Endpoint | undefined => {
    const endpoint = known.get(endpointUri) ?? readEndpoint(endpointUri, resolver, ca);
    if (endpoint === undefined) return undefined;
    if (known.size >= mostKnown) known.clear();
    known.set(endpointUri, endpoint);
    return endpoint;
  };
  return {
    post: async (endpointUri, body, timeoutMs = postTimeoutMs) => {
      const endpoint = endpointOf(endpointUri);
      if (endpoint === undefined) return { kind: "refused", detail: "the EndpointUri is not http:// or https://" };
      const { target, isAddress, head } = endpoint;
      const refusal = isAddress ? guard.refusal(target.host, target.port) : undefined;
      if (refusal !== undefined) return { kind: "unreachable", detail: `events may not be sent there: ${refusal}` };
      const request = `${head}${Buffer.byteLength(body)}\r\n\r\n${body}`;
      const endMs = performance.now() + timeoutMs;
      const first = await connections.exchange(target, request, timeoutMs);
      // The consumer closed idle connections, perhaps all of them, just when one was used again.
      if (first.kind === "answered" || !first.wasStale) return judge(first);
      return judge(await connections.exchange(target, request, Math.max(1, endMs - performance.now())));
    },
    close: () => connections.close(),
  };
}

/** What of an endpoint is the same for every event. */
interface Endpoint {
  readonly target: PostTarget;
  readonly isAddress: boolean;
  /** Of each request, up to the length of its body. */
  readonly head: string;
}

/** More than there are subscriptions. */
const mostKnown = 16_384;

function readEndpoint(endpointUri: string, resolver: HostResolver, ca: Pick<PostTarget, "ca">): Endpoint | undefined {
  const url = URL.parse(endpointUri);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined;
  const isTls = url.protocol === "https:";
  const port = Number(url.port || (isTls ? 443 : 80));
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const target = { isTls, host, port, lookup: resolver.lookup(port), ...ca };
  return { target, isAddress: isIP(host) !== 0, head: requestHead(url) };
}

/** The parts of a parsed URL hold no line ends, so that none can be put into the head. */
function requestHead(url: URL): string {
  const isNamed = url.username !== "" || url.password !== "";
  const user = isNamed ? `${decodePart(url.username)}:${decodePart(url.password)}` : "";
  const head = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    "User-Agent: ptp-agent",
    "Content-Type: application/json",
    ...(isNamed ? [`Authorization: Basic ${Buffer.from(user).toString("base64")}`] : []),
    "Content-Length: ",
  ];
  return head.join("\r\n");
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Only 204 says that an event was taken. */
function judge(exchange: Exchange): PostResult {
  if (exchange.kind === "failed") return { kind: "unreachable", detail: exchange.detail };
  const { status } = exchange;
  if (status === 204) return { kind: "delivered" };
  const mayChange = status >= 500 || status === 408 || status === 425 || status === 429;
  return { kind: mayChange ? "unavailable" : "refused", detail: `it answered ${status}, not 204` };
}
