import { createHash } from "node:crypto";
import { createTurnstile } from "@ptp/kit";
import { ownerOf, type Caller } from "./caller.ts";
import { nodeAddress } from "./event-document.ts";
import type { EventService } from "./event-service.ts";
import { resourceNames } from "./resources.ts";
import { readSubscriptionRequest, subscriptionInfo, type Subscription } from "./subscription.ts";
import type { SubscriptionBook } from "./subscription-book.ts";

/** Where the API begins. */
export const apiRoot = "/api/ocloudNotifications/v2";

/** A request, its body complete. */
export interface ApiRequest {
  readonly method: string;
  /** Without its query, as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
  readonly caller: Caller;
}

/** An answer; without a body it has no content type. */
export interface ApiReply {
  readonly status: number;
  readonly body?: string;
  /** A long body in parts, made as they are read. */
  readonly pieces?: Iterable<string>;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the API stands on. */
export interface EventsApiOptions {
  readonly nodeName: string;
  readonly service: EventService;
  readonly book: SubscriptionBook;
  /** `http://host:port` of UriLocations. */
  readonly origin: string;
  /** Scheme of UriLocations by the name of the Service that a request came by; absent: they all have `origin`. */
  readonly schemeByService?: "http" | "https";
  /** Only who made a subscription may delete it. */
  readonly ownMutations: boolean;
}

/** Answers requests. What it throws is a 500. */
export type EventsApi = (request: ApiRequest) => Promise<ApiReply>;

/** Creates the API: paths, statuses and bodies of the O-RAN notification API, version 2. */
export function createEventsApi(options: EventsApiOptions): EventsApi {
  return async (request) => {
    const { path } = request;
    if (!path.startsWith(`${apiRoot}/`)) return untidy(path) ?? notFound;
    const rest = path.slice(apiRoot.length + 1);
    const state = /^(.+)\/CurrentState$/.exec(rest)?.[1];
    if (state !== undefined && !/(^|\/)(\.\.)?(\/|$)/.test(state)) return currentState(state, request, options);
    return untidy(path) ?? route(rest, request, options);
  };
}

const empty = { badRequest: { status: 400 }, notFound: { status: 404 }, wrongMethod: { status: 405 } } as const;

const notFound: ApiReply = {
  status: 404,
  body: "404 page not found\n",
  contentType: "text/plain; charset=utf-8",
  headers: { "X-Content-Type-Options": "nosniff" },
};

async function route(rest: string, request: ApiRequest, options: EventsApiOptions): Promise<ApiReply> {
  const [kind = "", id, more] = rest.split("/");
  if (more !== undefined || id === "") return notFound;
  if (kind === "subscriptions") return id === undefined ? subscriptions(request, options) : one(id, request, options);
  if (kind === "publishers") return request.method === "GET" ? publishers(id, options) : empty.wrongMethod;
  if (kind !== "health" || id !== undefined) return notFound;
  if (request.method !== "GET") return empty.wrongMethod;
  return options.service.isReady() ? text(200, "OK") : text(503, "the state of this node is not known yet\n");
}

async function subscriptions(request: ApiRequest, options: EventsApiOptions): Promise<ApiReply> {
  const { book } = options;
  switch (request.method) {
    case "GET":
      return list(book.list(), (each) => info(each, request, options));
    case "POST":
      return subscribe(request, options);
    case "DELETE":
      // Of everybody's, as ever, unless each may delete only its own.
      await deleteAll(
        book.list().filter((each) => mayDelete(each, request, options)),
        options.service,
      );
      return { status: 204 };
    default:
      return empty.wrongMethod;
  }
}

/** As many are made at a time: thousands whole would be held for each client that is slow to read them. */
const perPiece = 64;

function list(subscriptions: readonly Subscription[], infoOf: (subscription: Subscription) => object): ApiReply {
  if (subscriptions.length <= perPiece) return json(200, JSON.stringify(subscriptions.map(infoOf), undefined, 1));
  function* pieces(): Iterable<string> {
    for (let at = 0; at < subscriptions.length; at += perPiece) {
      const text = JSON.stringify(subscriptions.slice(at, at + perPiece).map(infoOf), undefined, 1);
      // The brackets are those of the whole list.
      yield `${at === 0 ? "[" : ","}${text.slice(1, -2)}`;
    }
    yield "\n]";
  }
  return { status: 200, pieces: pieces(), contentType: "application/json" };
}

/** So many files are written at a time. */
const deletions = 32;

/** @throws the first error, when all were tried. */
async function deleteAll(subscriptions: readonly Subscription[], service: EventService): Promise<void> {
  const turnstile = createTurnstile(deletions);
  const deleted = subscriptions.map(({ id }) => turnstile.pass(() => service.unsubscribe(id)));
  const failure = (await Promise.allSettled(deleted)).find(({ status }) => status === "rejected");
  if (failure?.status === "rejected") throw failure.reason;
}

async function subscribe(request: ApiRequest, options: EventsApiOptions): Promise<ApiReply> {
  const wanted = readSubscriptionRequest(request.body);
  if (wanted === undefined) {
    options.service.refuseUnreadable();
    return empty.badRequest;
  }
  const { caller } = request;
  const application = {
    ...wanted,
    withDetails: wantsDetails(request),
    ...(options.ownMutations && { owner: ownerOf(caller) }),
  };
  const outcome = await options.service.subscribe(application, caller.address);
  if (outcome.status !== 201) return { status: outcome.status };
  return json(201, JSON.stringify(info(outcome.subscription, request, options)));
}

async function one(id: string, request: ApiRequest, options: EventsApiOptions): Promise<ApiReply> {
  const { book, service } = options;
  if (request.method !== "GET" && request.method !== "DELETE") return empty.wrongMethod;
  const subscription = book.find(id);
  if (subscription === undefined) return empty.notFound;
  if (request.method === "GET") return json(200, JSON.stringify(info(subscription, request, options)));
  if (!mayDelete(subscription, request, options)) return { status: 403 };
  return (await service.unsubscribe(id)) ? { status: 204 } : empty.notFound;
}

/** One document for one resource; a list where the address means several. */
function currentState(state: string, request: ApiRequest, { service }: EventsApiOptions): ApiReply {
  if (request.method !== "GET") return empty.wrongMethod;
  const shape = request.query.get("shape") === "legacy" ? "legacy" : "push";
  const address = decodePath(state);
  if (address === undefined) return empty.badRequest;
  const documents = service.current(`/${address}`, { shape, withDetails: wantsDetails(request) });
  const [only, second] = documents;
  if (only === undefined) return empty.notFound;
  return json(200, second === undefined ? JSON.stringify(only) : JSON.stringify(documents, undefined, 1));
}

/** The resources as publishers; nothing can be published to them. */
function publishers(id: string | undefined, { nodeName }: EventsApiOptions): ApiReply {
  const origin = `http://localhost:9043${apiRoot}`;
  const all = resourceNames.map(({ path }) => {
    const address = `${nodeAddress(nodeName)}${path}`;
    const digest = createHash("sha256").update(address).digest("hex");
    const publisherId = digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-8$3-8$4-$5");
    return {
      ResourceAddress: address,
      EndpointUri: `${origin}/dummy`,
      SubscriptionId: publisherId,
      UriLocation: `${origin}/publishers/${publisherId}`,
    };
  });
  if (id === undefined) return json(200, JSON.stringify(all, undefined, 1));
  const found = all.find(({ SubscriptionId }) => SubscriptionId === id);
  return found === undefined
    ? json(400, JSON.stringify({ error: "publisher not found" }))
    : json(200, JSON.stringify(found));
}

function info(subscription: Subscription, request: ApiRequest, options: EventsApiOptions) {
  return subscriptionInfo(subscription, `${originFor(request, options)}${apiRoot}`);
}

/** The name of an event Service in full: that of a node, or with a hash of it where that is too long or not its alone. */
const serviceHost = /^ptp-event-publisher-service-[a-z0-9-]{0,34}[a-z0-9](?:\.[a-z0-9-]{1,63}){1,9}(?::\d{1,5})?$/;

/** The operator names Services, and puts a hash in where it must: who came by such a name gets that name back. */
function originFor({ headers: { host } }: ApiRequest, { origin, schemeByService }: EventsApiOptions): string {
  const isService = schemeByService !== undefined && typeof host === "string" && serviceHost.test(host);
  return isService ? `${schemeByService}://${host}` : origin;
}

function mayDelete({ owner }: Subscription, { caller }: ApiRequest, { ownMutations }: EventsApiOptions): boolean {
  return !ownMutations || owner === undefined || owner === ownerOf(caller);
}

/** `?details=true` or a header `PTP-Event-Details: true`. */
function wantsDetails({ query, headers }: ApiRequest): boolean {
  return query.get("details") === "true" || headers["ptp-event-details"] === "true";
}

/** Where a path with empty or dotted segments leads; undefined for a tidy one. */
function untidy(path: string): ApiReply | undefined {
  if (!/\/(\.{0,2})\/|\/\.{1,2}$/.test(path)) return undefined;
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const isFolder = /\/\.{0,2}$/.test(path) && kept.length > 0;
  return { status: 301, headers: { Location: `/${kept.join("/")}${isFolder ? "/" : ""}` } };
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function text(status: number, body: string): ApiReply {
  return { status, body, contentType: "text/plain; charset=utf-8" };
}

function json(status: number, body: string): ApiReply {
  return { status, body, contentType: "application/json" };
}
