/** A request as a route sees it: the body is complete and within its bound. */
export interface HttpRequest {
  readonly method: string;
  /** Path without the query, as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Uint8Array;
  /** Header values by lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A complete reply. */
export interface HttpReply {
  readonly status: number;
  readonly body?: string;
  /** Default `text/plain; charset=utf-8`. */
  readonly contentType?: string;
}

/** Answers one route. What it throws becomes a 500 and a log line. */
export type HttpHandler = (request: HttpRequest) => HttpReply | Promise<HttpReply>;

/** Handlers by method and exact path, such as `GET /healthz`. */
export type Routes = Readonly<Record<`${"GET" | "POST" | "PUT" | "DELETE"} /${string}`, HttpHandler>>;

/** Finds the handler of a request; a HEAD is answered like a GET; the reply of no handler is 404 or 405. */
export function routeRequest(routes: Routes, request: Pick<HttpRequest, "method" | "path">): HttpHandler {
  const method = request.method === "HEAD" ? "GET" : request.method;
  const handlers: Readonly<Record<string, HttpHandler | undefined>> = routes;
  const handler = Object.hasOwn(handlers, `${method} ${request.path}`)
    ? handlers[`${method} ${request.path}`]
    : undefined;
  if (handler !== undefined) return handler;
  const pathExists = Object.keys(routes).some((route) => route.endsWith(` ${request.path}`));
  return () => (pathExists ? { status: 405, body: "method not allowed\n" } : { status: 404, body: "not found\n" });
}
