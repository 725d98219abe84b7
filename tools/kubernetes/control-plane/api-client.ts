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
  /** Breaks all connections; the next request makes new ones. */
  disconnect(): void;
}

/** Makes a client that proves itself by a certificate. */
export function createApiClient(server: KubeconfigServer, identity: IssuedCertificate): ApiClient {
  const { certificatePath, keyPath } = identity;
  const credentials = { ca: server.caPem, cert: readFileSync(certificatePath), key: readFileSync(keyPath) };
  const newAgent = (): Agent => new Agent({ ...credentials, keepAlive: true, maxSockets: 16 });
  let agent = newAgent();
  return {
    request: async (method, path, body, mediaType = "application/json") => {
      const headers = body === undefined ? {} : { "content-type": mediaType };
      const text = body === undefined ? "" : JSON.stringify(body);
      const answer = await exchange(`${server.url}${path}`, { method, agent, headers, timeout: 30_000 }, text);
      if (answer.status < 200 || answer.status > 299) throw new ApiError(method, path, answer.status, answer.body);
      return answer.json ? (JSON.parse(answer.body) as unknown) : answer.body;
    },
    disconnect: () => {
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

function messageOf(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && "message" in parsed) return String(parsed.message);
  } catch {
    // Not JSON: shown as it is.
  }
  return body.slice(0, 500);
}
