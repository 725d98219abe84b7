import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { KubeConfig } from "@kubernetes/client-node";
import type { KubeObject } from "../objects/kube-object.ts";
import { kubeConfigOf } from "./kube-config-of.ts";
import { tlsPair } from "./tls-pair.ts";

/** One answer a test orders instead of the usual one. */
export interface OrderedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly contentType: string;
}

/**
 * A small HTTPS server that speaks list (paged), watch (history, bookmarks) of one resource as the API server does, and
 * fails in the ways a test asks for. Real Kubernetes is tested elsewhere; this makes rare failures common.
 */
export interface SmallApiServer {
  readonly kubeConfig: () => KubeConfig;
  readonly requests: readonly SeenRequest[];
  /** TCP connections taken so far. */
  connections(): number;
  put(name: string, extra?: Readonly<Record<string, unknown>>): void;
  remove(name: string): void;
  /** What it has now. */
  objects(): readonly KubeObject[];
  /** Answers the next request that matches with this instead. */
  order(isMeant: (request: SeenRequest) => boolean, answer: OrderedAnswer | "reset" | "silence"): void;
  /** Sends a line to all open watches. */
  send(line: unknown): void;
  bookmark(resourceVersion?: string): void;
  /** Forgets all versions before this moment: watches from them get 410. */
  compact(): void;
  /** Ends open watches: in peace, or by cutting the connection. */
  endWatches(how: "end" | "reset"): void;
  watches(): number;
  close(): Promise<void>;
}

/** Starts a server on a free port. */
export async function startSmallApiServer(): Promise<SmallApiServer> {
  const server = new ListWatchServer(await tlsPair());
  await server.listen();
  return server;
}

interface HistoryLine {
  readonly version: number;
  readonly type: string;
  readonly object: unknown;
}

class ListWatchServer implements SmallApiServer {
  readonly requests: SeenRequest[] = [];
  readonly #server;
  readonly #cert: string;
  readonly #sockets = new Set<Socket>();
  readonly #watches = new Set<ServerResponse>();
  readonly #objects = new Map<string, KubeObject>();
  readonly #orders: { isMeant: (request: SeenRequest) => boolean; answer: OrderedAnswer | "reset" | "silence" }[] = [];
  /** Lists by the version they show. */
  readonly #listed = new Map<number, readonly KubeObject[]>();
  #history: HistoryLine[] = [];
  #version = 100;
  #oldest = 0;
  #connections = 0;

  constructor({ key, cert }: { readonly key: string; readonly cert: string }) {
    this.#cert = cert;
    this.#server = createServer({ key, cert }, (request, response) => void this.#serve(request, response));
    // As the API server, which ends an idle connection after 90 s and does not announce it.
    this.#server.keepAliveTimeout = 0;
    this.#server.on("connection", (socket: Socket) => {
      this.#connections += 1;
      this.#sockets.add(socket);
      socket.on("close", () => void this.#sockets.delete(socket));
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => void this.#server.listen(0, "127.0.0.1", resolve));
  }

  kubeConfig = (): KubeConfig => {
    const { port } = this.#server.address() as AddressInfo;
    return kubeConfigOf(`https://127.0.0.1:${port}`, this.#cert);
  };

  connections(): number {
    return this.#connections;
  }

  watches(): number {
    return this.#watches.size;
  }

  put(name: string, extra: Readonly<Record<string, unknown>> = {}): void {
    this.#version += 1;
    const metadata = { name, uid: name, resourceVersion: String(this.#version) };
    const object = { apiVersion: "v1", kind: "Node", metadata, ...extra };
    this.#emit(this.#objects.has(name) ? "MODIFIED" : "ADDED", object);
    this.#objects.set(name, object);
  }

  remove(name: string): void {
    const object = this.#objects.get(name);
    if (object === undefined) return;
    this.#version += 1;
    this.#objects.delete(name);
    this.#emit("DELETED", { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } });
  }

  objects(): readonly KubeObject[] {
    return [...this.#objects.values()];
  }

  order(isMeant: (request: SeenRequest) => boolean, answer: OrderedAnswer | "reset" | "silence"): void {
    this.#orders.push({ isMeant, answer });
  }

  send(line: unknown): void {
    for (const watch of this.#watches) watch.write(`${JSON.stringify(line)}\n`);
  }

  bookmark(resourceVersion = String(this.#version)): void {
    this.send({ type: "BOOKMARK", object: { kind: "Node", metadata: { resourceVersion } } });
  }

  compact(): void {
    this.#oldest = this.#version;
    this.#history = [];
  }

  endWatches(how: "end" | "reset"): void {
    for (const watch of this.#watches) {
      if (how === "end") watch.end();
      else watch.socket?.destroy();
    }
    this.#watches.clear();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  #emit(type: string, object: unknown): void {
    this.#history.push({ version: this.#version, type, object });
    this.send({ type, object });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = await readRequest(request).catch(() => undefined);
    if (seen === undefined) return void response.destroy();
    this.requests.push(seen);
    const index = this.#orders.findIndex(({ isMeant }) => isMeant(seen));
    const [order] = index < 0 ? [] : this.#orders.splice(index, 1);
    if (order === undefined) return this.#answer(seen, response);
    const { answer } = order;
    if (answer === "reset") return void request.socket.destroy();
    if (answer === "silence") return;
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    response.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
  }

  #answer(request: SeenRequest, response: ServerResponse): void {
    if (request.method !== "GET") return sendJson(response, 200, JSON.parse(request.body === "" ? "{}" : request.body));
    if (request.query.get("watch") === "true") return this.#startWatch(request, response);
    const [offset = 0, version = this.#version] = (request.query.get("continue") ?? "").split("@").flatMap(toNumber);
    const limit = Number(request.query.get("limit") ?? "0");
    const all = this.#objectsAt(version);
    const items = all.slice(offset, limit === 0 ? undefined : offset + limit);
    const next = offset + items.length;
    const metadata = { resourceVersion: String(version), ...(next < all.length && { continue: `${next}@${version}` }) };
    // As for built-in kinds, items have neither kind nor apiVersion.
    const bare = items.map((item) => ({ ...item, kind: undefined, apiVersion: undefined }));
    sendJson(response, 200, { kind: "NodeList", apiVersion: "v1", metadata, items: bare });
  }

  /** All pages of a list show the same moment. */
  #objectsAt(version: number): readonly KubeObject[] {
    const objects = this.#listed.get(version) ?? [...this.#objects.values()];
    this.#listed.set(version, objects);
    return objects;
  }

  #startWatch(request: SeenRequest, response: ServerResponse): void {
    const from = Number(request.query.get("resourceVersion"));
    if (from < this.#oldest) {
      const message = `too old resource version: ${from} (${this.#oldest})`;
      return sendJson(response, 410, { kind: "Status", code: 410, reason: "Expired", message });
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    for (const { version, type, object } of this.#history) {
      if (version > from) response.write(`${JSON.stringify({ type, object })}\n`);
    }
    this.#watches.add(response);
    response.on("close", () => void this.#watches.delete(response));
  }
}

function toNumber(text: string): readonly number[] {
  return text === "" ? [] : [Number(text)];
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function readRequest(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? "/", "https://localhost");
  return {
    method: request.method ?? "",
    path: url.pathname,
    query: url.searchParams,
    body: Buffer.concat(chunks).toString("utf8"),
    contentType: request.headers["content-type"] ?? "",
  };
}
