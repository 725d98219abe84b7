import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import { readFileSync } from "node:fs";
import type { IssuedCertificate } from "./certificate-authority.ts";
import type { KubeconfigServer } from "./kubeconfig.ts";

/** An answer of the API server that is not 2xx. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  constructor(method: string, path: string, status: number, body: string) {
    super(`${method} ${path}: ${status}: ${messageOf(body)}`);
    this.status = status;
  }
}

/** The plain HTTP interface of an API server, as one user, over a few kept connections. */
export interface ApiClient {
  /**
   * Sends `body` as JSON (or as the media type given, e.g. `application/merge-patch+json`) and returns the answer, parsed
   * when it is JSON. Throws ApiError on a refusal, and the error of the connection when it breaks.
   */
  request(method: string, path: string, body?: unknown, mediaType?: string): Promise<unknown>;
  /**
   * Watches a collection: calls `onEvent` for each event, one after the other, until the server refuses or ends it, the
   * connection breaks, or `signal` ends it; resolves then.
   */
  watch(path: string, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>;
  /** Breaks all connections, watches too; the next request makes new ones. */
  disconnect(): void;
}

/** A change in a watched collection; for `ERROR` the object is a Status. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: unknown;
}

/** Makes a client that proves itself by a certificate. */
export function createApiClient(server: KubeconfigServer, identity: IssuedCertificate): ApiClient {
  const { certificatePath, keyPath } = identity;
  const credentials = { ca: server.caPem, cert: readFileSync(certificatePath), key: readFileSync(keyPath) };
  const newAgent = (): Agent => new Agent({ ...credentials, keepAlive: true, maxSockets: 16 });
  const watchers = new Set<Agent>();
  let agent = newAgent();
  return {
    request: async (method, path, body, mediaType = "application/json") => {
      const text = body === undefined ? "" : JSON.stringify(body);
      // Node gives the length of a body by itself, but not for DELETE.
      const length = Buffer.byteLength(text);
      const headers = body === undefined ? {} : { "content-type": mediaType, "content-length": length };
      const answer = await exchange(`${server.url}${path}`, { method, agent, headers, timeout: 30_000 }, text);
      if (answer.status < 200 || answer.status > 299) throw new ApiError(method, path, answer.status, answer.body);
      return answer.json ? (JSON.parse(answer.body) as unknown) : answer.body;
    },
    watch: async (path, onEvent, signal) => {
      // A connection of its own, so that watches do not use up those for requests.
      const watcher = new Agent({ ...credentials, keepAlive: false });
      watchers.add(watcher);
      await readEvents(`${server.url}${path}`, { agent: watcher, signal }, onEvent);
      watchers.delete(watcher);
      watcher.destroy();
    },
    disconnect: () => {
      for (const watcher of watchers) watcher.destroy();
      agent.destroy();
      agent = newAgent();
    },
  };
}

interface Answer {
  readonly status: number;
  readonly json: boolean;
  readonly body: string;
}

async function exchange(url: string, options: RequestOptions, body: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = httpsRequest(url, options, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("error", reject);
    response.on("end", () => {
      const json = response.headers["content-type"]?.startsWith("application/json") === true;
      resolve({ status: response.statusCode ?? 0, json, body: Buffer.concat(chunks).toString() });
    });
  });
  sent.on("timeout", () => sent.destroy(new Error(`${url}: no answer within 30 s`)));
  sent.on("error", reject);
  sent.end(body);
  return promise;
}

async function readEvents(url: string, options: RequestOptions, onEvent: (event: WatchEvent) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  const sent = httpsRequest(url, options, (response) => {
    response.on("error", end).on("close", end);
    if (response.statusCode !== 200) {
      response.resume();
      return;
    }
    // Broken off in the middle of a line, an event is not one.
    let rest = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onEvent(JSON.parse(line) as WatchEvent);
    });
  });
  sent.on("error", end);
  sent.end();
  await promise;
}

function messageOf(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && "message" in parsed) return String(parsed.message);
  } catch {
    // Not JSON: shown as it is.
  }
  return body.slice(0, 500);
}
