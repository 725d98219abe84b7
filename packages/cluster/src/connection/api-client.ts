import { HttpMethod, RequestContext, type KubeConfig } from "@kubernetes/client-node";
import { AppError } from "@ptp/kit";
import { fromConnection, fromStatus } from "./api-error.ts";
import { shareDispatchers, type Dispatcher, type SharedDispatchers } from "./dispatchers.ts";
import { jsonLines } from "./json-lines.ts";
import { parseRetryAfter } from "./parse-retry-after.ts";

/** One request to the API server. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path without the query, such as {@link resourcePath} gives. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** The whole request ends within this; default 30 000. */
  readonly timeoutMs?: number;
  /** Called last before the first byte of a request with a body is written; what it throws stops the request. */
  readonly fence?: () => void;
}

/** A request whose answer is a stream of JSON values, one a line. */
export interface ApiStreamRequest extends Omit<ApiRequest, "timeoutMs" | "body" | "fence"> {
  /** The stream fails when the server is silent for this long. */
  readonly idleMs: number;
  /** Called when the server has agreed to stream; values may take long to come. */
  readonly opened?: () => void;
}

/** The one way to the API server: JSON over connections of its own. */
export interface ApiClient {
  /**
   * @returns the answer's JSON.
   * @throws ApiError whatever goes wrong; AppError of the fence; the signal's reason when it aborts.
   */
  request(request: ApiRequest): Promise<unknown>;
  /** Values as they come, until the server ends the stream. Throws as `request` does. */
  stream(request: ApiStreamRequest): AsyncIterable<unknown>;
  /** Cuts all connections. */
  close(): Promise<void>;
}

/** Creates a client with connections of its own. The kubeconfig is the client's from now on. */
export function createApiClient(config: KubeConfig): ApiClient {
  const dispatchers = shareDispatchers(config);
  const server = { config, dispatchers };
  return {
    request: async (request) => {
      const signal = withTimeout(request.signal, request.timeoutMs ?? 30_000);
      return await guarded(request, async () => {
        const response = await send(server, { ...request, signal });
        const text = await response.body.text();
        if (response.statusCode >= 300) throw refusal(response, text, request);
        return text === "" ? undefined : parseJson(text);
      });
    },
    stream: (request) => streamOf(server, request),
    close: () => dispatchers.close(),
  };
}

/** Where requests go. */
interface ApiServer {
  readonly config: KubeConfig;
  readonly dispatchers: SharedDispatchers;
}

async function* streamOf(server: ApiServer, request: ApiStreamRequest): AsyncGenerator<unknown, void, undefined> {
  const response = await guarded(request, () =>
    send(server, { ...request, streams: true, bodyTimeoutMs: request.idleMs }),
  );
  try {
    if (response.statusCode >= 300) {
      throw refusal(response, await guarded(request, () => response.body.text()), request);
    }
    request.opened?.();
    yield* jsonLines(response.body as AsyncIterable<Uint8Array>);
  } catch (error) {
    request.signal?.throwIfAborted();
    throw error instanceof AppError ? error : fromConnection(error, lineOf(request));
  } finally {
    response.body.destroy();
  }
}

type Response = Awaited<ReturnType<Dispatcher["request"]>>;

/** A request with what its kind asks of the connection. */
interface Sent extends ApiRequest {
  readonly bodyTimeoutMs?: number;
  readonly streams?: boolean;
}

async function send({ config, dispatchers }: ApiServer, request: Sent): Promise<Response> {
  const { signal, body, fence, streams = false } = request;
  const url = new URL(`${(config.getCurrentCluster()?.server ?? "").replace(/\/$/, "")}${request.path}`);
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const context = new RequestContext(url.href, HttpMethod.GET);
  await config.applySecurityAuthentication(context);
  const dispatcher = dispatchers.of(context.getDispatcher())[streams ? "streams" : "requests"];
  signal?.throwIfAborted();
  const contentType = request.contentType ?? "application/json";
  return await dispatcher.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: request.method,
    headers: {
      ...context.getHeaders(),
      accept: "application/json",
      ...(body !== undefined && { "content-type": contentType }),
    },
    ...(body !== undefined && { body: fence === undefined ? JSON.stringify(body) : fencedBody(body, fence) }),
    ...(signal !== undefined && { signal }),
    headersTimeout: 30_000,
    bodyTimeout: request.bodyTimeoutMs ?? 60_000,
    // One connection a watch: a connection that hangs then stops one stream, and none waits behind another.
    allowH2: false,
  } as Parameters<Dispatcher["request"]>[0]);
}

/**
 * A body that is made when it is written: a request may wait for a connection first, and a fence passed before that
 * would prove nothing. undici writes the head of the request together with the first chunk.
 */
async function* fencedBody(body: unknown, fence: () => void): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(JSON.stringify(body));
  fence();
  yield bytes;
}

async function guarded<T>(request: ApiRequest | ApiStreamRequest, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    request.signal?.throwIfAborted();
    throw error instanceof AppError ? error : fromConnection(error, lineOf(request));
  }
}

function refusal(response: Response, text: string, request: ApiRequest | ApiStreamRequest) {
  const retryAfter = response.headers["retry-after"];
  return fromStatus(response.statusCode, parseJson(text), lineOf(request), parseRetryAfter(retryAfter));
}

function lineOf({ method, path, query }: Pick<ApiRequest, "method" | "path" | "query">) {
  return { method, path, watch: query?.["watch"] === true };
}

/** JSON, or the text itself: proxies answer HTML. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function withTimeout(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(Math.ceil(timeoutMs));
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}
