import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline, Readable } from "node:stream";
import { TLSSocket } from "node:tls";
import {
  createHttpListener,
  messageOf,
  readBody,
  type HttpBounds,
  type HttpListener,
  type Logger,
  type TlsFiles,
} from "@ptp/kit";
import { bearerToken, type Caller, type TokenCheck, type TokenVerifier } from "./caller.ts";
import type { ApiReply, EventsApi } from "./events-api.ts";

/** Where and how the API is served. */
export interface EventsServerOptions {
  /** Default: all addresses. */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly api: EventsApi;
  /** Absent: plain HTTP. With authorities of clients, only who shows a certificate of them is served. */
  readonly tls?: TlsFiles;
  /** Present: what changes subscriptions needs a bearer token that it accepts. */
  readonly tokens?: TokenVerifier;
  readonly log: Logger;
}

const bounds: HttpBounds = {
  maxHeaderBytes: 16_384,
  headersTimeoutMs: 2_000,
  requestTimeoutMs: 10_000,
  checkEveryMs: 500,
  keepAliveTimeoutMs: 65_000,
  idleTimeoutMs: 30_000,
  handshakeTimeoutMs: 2_000,
  maxConnections: 2_048,
  maxPerAddress: 512,
  backlog: 1_024,
};
const maxBodyBytes = 65_536;

/** Creates the server; it listens from `start` to `stop`. */
export function createEventsServer(options: EventsServerOptions): HttpListener {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void =>
    void serve(request, response, options);
  return createHttpListener({ ...options, name: "events API", bounds, onRequest });
}

async function serve(request: IncomingMessage, response: ServerResponse, options: EventsServerOptions): Promise<void> {
  try {
    send(request, response, await answer(request, options));
  } catch (error) {
    if (request.destroyed && !request.complete)
      return options.log.debug("a client has gone away", { url: request.url ?? "" });
    options.log.error("a request failed", { url: request.url ?? "", error: messageOf(error) });
    if (!response.headersSent) send(request, response, { status: 500 });
  }
}

async function answer(request: IncomingMessage, { api, tokens }: EventsServerOptions): Promise<ApiReply> {
  const target = request.url ?? "/";
  const split = target.indexOf("?");
  const method = request.method ?? "";
  const mutates = method !== "GET" && method !== "HEAD";
  const check = tokens !== undefined && mutates ? await checkToken(request, tokens) : undefined;
  const refusal = check === undefined ? undefined : refusalOf(check);
  if (refusal !== undefined) return refusal;
  const body = await readBody(request, maxBodyBytes);
  if (body === undefined) return { status: 413, headers: { Connection: "close" } };
  return api({
    method,
    path: split < 0 ? target : target.slice(0, split),
    query: new URLSearchParams(split < 0 ? "" : target.slice(split + 1)),
    headers: request.headers,
    body,
    caller: { ...callerOf(request.socket), ...(check?.kind === "valid" && { subject: check.subject }) },
  });
}

async function checkToken({ headers, socket }: IncomingMessage, tokens: TokenVerifier): Promise<TokenCheck> {
  const token = bearerToken(headers.authorization);
  if (token === undefined) return { kind: "invalid", reason: "" };
  return tokens.verify(token, socket.remoteAddress ?? "");
}

/** No token or a wrong one, a right one that is not enough, and no way to know now. */
function refusalOf(check: TokenCheck): ApiReply | undefined {
  switch (check.kind) {
    case "valid":
      return undefined;
    case "invalid": {
      // Without a token nothing is said of errors (RFC 6750, section 3.1).
      const error = check.reason === "" ? "" : ` error="invalid_token", error_description="${quotable(check.reason)}"`;
      return { status: 401, ...problem(check.reason), headers: { "WWW-Authenticate": `Bearer${error}` } };
    }
    case "forbidden":
      return { status: 403, ...problem(check.reason) };
    case "unknown":
      // Why is for the log: it may tell of the cluster, and nobody is proven yet.
      return { status: 503, ...problem("the token cannot be checked now: try again"), headers: { "Retry-After": "1" } };
  }
}

/** The reason as a body; words of the API server may be in it, so its length is bounded. */
function problem(reason: string): Pick<ApiReply, "body" | "contentType"> {
  return reason === "" ? {} : { body: `${reason.slice(0, 500)}\n`, contentType: "text/plain; charset=utf-8" };
}

/** What may stand between quotes in a header. */
function quotable(text: string): string {
  return text.replaceAll(/[^ !#-[\]-~]/g, "'").slice(0, 200);
}

function callerOf(socket: Socket): Caller {
  const address = socket.remoteAddress ?? "";
  if (!(socket instanceof TLSSocket) || !socket.authorized) return { address };
  const name = socket.getPeerCertificate().subject?.CN;
  return typeof name === "string" ? { address, certificate: name } : { address };
}

function send(request: IncomingMessage, response: ServerResponse, reply: ApiReply): void {
  const body = Buffer.from(reply.body ?? "");
  const hasLength = reply.status !== 204 && reply.pieces === undefined;
  response.writeHead(reply.status, {
    ...(reply.contentType !== undefined && { "Content-Type": reply.contentType }),
    ...(hasLength && { "Content-Length": body.length }),
    ...reply.headers,
  });
  if (request.method === "HEAD" || reply.pieces === undefined) {
    response.end(request.method === "HEAD" ? undefined : body);
    return;
  }
  // A client that has gone away needs nothing.
  pipeline(Readable.from(reply.pieces), response, () => undefined);
}
