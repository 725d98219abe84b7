import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { lockState, resources, type Resource } from "../resources.ts";
import { basePath, type SubscriptionInfo } from "../trial.ts";
import type { Fault } from "./faults.ts";

/** A producer of events that fits in the head, for tests of those who talk to one. */
export interface SmallProducer {
  readonly origin: URL;
  readonly nodeName: string;
  changeState(state: string): void;
  /** Subscriptions as they are now. */
  subscriptions(): readonly SubscriptionInfo[];
  /** Loses all subscriptions, as after a start with an empty store. */
  forget(): void;
  /** Has these again. */
  restore(subscriptions: readonly SubscriptionInfo[]): void;
  /** Answers this to the question for its health. */
  setHealth(status: number): void;
  close(): Promise<void>;
}

/** What to get wrong on purpose. */
export interface SmallProducerOptions {
  readonly faults?: readonly Fault[];
  readonly port?: number;
}

interface State {
  readonly faults: ReadonlySet<Fault>;
  readonly subscriptions: Map<string, SubscriptionInfo>;
  /** What waits for an endpoint. */
  readonly queues: Map<string, Promise<void>>;
  readonly closing: AbortController;
  clock: string;
  changedAt: Date;
  health: number;
}

type Reply = readonly [status: number, body?: string, headers?: Readonly<Record<string, string>>];

const nodeName = "small.example.com";
const node = `/cluster/node/${nodeName}`;
const json = { "content-type": "application/json" };

/** Starts one on the loopback. */
export async function openSmallProducer({ faults = [], port = 0 }: SmallProducerOptions = {}): Promise<SmallProducer> {
  const state: State = {
    faults: new Set(faults),
    subscriptions: new Map(),
    queues: new Map(),
    closing: new AbortController(),
    clock: "FREERUN",
    changedAt: new Date(),
    health: 200,
  };
  const server = createServer((request, response) => {
    void serve(state, request, response).catch(() => response.destroy());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: bound } = server.address() as AddressInfo;
  return {
    origin: new URL(`http://127.0.0.1:${bound}`),
    nodeName,
    changeState: (clock) => change(state, clock),
    subscriptions: () => [...state.subscriptions.values()],
    forget: () => state.subscriptions.clear(),
    restore: (subscriptions) => {
      for (const each of subscriptions) state.subscriptions.set(each.SubscriptionId, each);
    },
    setHealth: (status) => {
      state.health = status;
    },
    close: async () => {
      state.closing.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? "";
  const path = state.faults.has("query-in-path") ? url : (url.split("?")[0] ?? "");
  const tidy = path.replaceAll(/\/\/+/g, "/");
  const body = await bodyOf(request, state.faults.has("endless-body") ? Infinity : 65_536);
  const reply =
    tidy !== path && !state.faults.has("untidy-path")
      ? ([301, "", { location: tidy }] as const)
      : body === undefined
        ? ([413] as const)
        : await route(state, request.method ?? "", path.slice(basePath.length), body);
  const [status, text = "", headers = {}] = reply;
  response.writeHead(status, { ...headers, ...(status !== 204 && { "content-length": Buffer.byteLength(text) }) });
  response.end(text);
}

async function bodyOf(request: IncomingMessage, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size > limit ? undefined : Buffer.concat(chunks).toString();
}

async function route(state: State, method: string, path: string, body: string): Promise<Reply> {
  const { faults, subscriptions } = state;
  const nothing: Reply = faults.has("bare-404")
    ? [404]
    : [
        404,
        "404 page not found\n",
        { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
      ];
  if (path === "/health") {
    if (method !== "GET" && !faults.has("any-method")) return [405];
    return [state.health, faults.has("other-health") ? "ok" : "OK", { "content-type": "text/plain; charset=utf-8" }];
  }
  if (path === "/publishers" && method === "GET") return [200, JSON.stringify(publishers(faults)), json];
  if (path === "/subscriptions" && method === "POST") return subscribe(state, body);
  if (path === "/subscriptions" && method === "GET") {
    if (faults.has("null-list") && subscriptions.size === 0) return [200, "null", json];
    const hidden = faults.has("short-list") ? 1 : 0;
    return [200, JSON.stringify([...subscriptions.values()].slice(hidden), null, 1), json];
  }
  if (path === "/subscriptions" && method === "DELETE") {
    if (!faults.has("keeps-all")) subscriptions.clear();
    return [204];
  }
  if (path === "/dummy" && faults.has("internal-endpoints")) return [204];
  const id = /^\/subscriptions\/([^/]+)$/.exec(path)?.[1];
  if (id !== undefined) return one(state, method, id);
  const address = /^(\/.*)\/CurrentState$/.exec(path)?.[1];
  return address === undefined || method !== "GET" ? nothing : current(state, address);
}

function publishers(faults: ReadonlySet<Fault>): readonly SubscriptionInfo[] {
  return resources.slice(faults.has("six-publishers") ? 1 : 0).map(({ path }) => {
    const SubscriptionId = randomUUID();
    const uri = `http://127.0.0.1${basePath}`;
    return { ResourceAddress: `${node}${path}`, EndpointUri: `${uri}/dummy`, SubscriptionId, UriLocation: uri };
  });
}

async function subscribe(state: State, body: string): Promise<Reply> {
  const { faults, subscriptions } = state;
  const request = requestOf(body, faults);
  if (request === undefined) return [400, faults.has("refusal-text") ? "bad request" : ""];
  const { ResourceAddress, EndpointUri } = request;
  const twin = [...subscriptions.values()].some(
    (each) => each.ResourceAddress === ResourceAddress && each.EndpointUri === EndpointUri,
  );
  const taken = [...subscriptions.values()].some((each) => each.ResourceAddress === ResourceAddress);
  if (taken && faults.has("one-endpoint")) return [409];
  if (twin && !faults.has("twins")) return [409];
  const meant = meantBy(ResourceAddress, faults);
  if (meant.length === 0) return [404];
  if (!URL.canParse(EndpointUri)) return [400];
  if (!faults.has("ssrf") && new URL(EndpointUri).hostname.startsWith("169.254.")) return [400];
  if (faults.has("ssrf") && EndpointUri.includes("169.254.")) await sleep(1_200);
  const told = meant.map((resource) => eventOf(state, resource));
  const first = async (): Promise<boolean> => {
    for (const event of told) if (!(await post(state, EndpointUri, event))) return false;
    return true;
  };
  if (faults.has("late-first")) setTimeout(() => void first(), 50);
  else if (!(await first()) && !faults.has("endpoint-unchecked")) return [400];
  const SubscriptionId = faults.has("id-not-uuid") ? `${subscriptions.size}` : randomUUID();
  const UriLocation = `http://producer${basePath}/subscriptions/${SubscriptionId}`;
  const info = { ResourceAddress, EndpointUri, SubscriptionId, UriLocation };
  subscriptions.set(SubscriptionId, info);
  return [201, JSON.stringify(info), json];
}

function requestOf(
  body: string,
  faults: ReadonlySet<Fault>,
): { readonly ResourceAddress: string; readonly EndpointUri: string } | undefined {
  try {
    const parsed: Readonly<Record<string, unknown>> | null = JSON.parse(body);
    const { ResourceAddress, EndpointUri } = parsed ?? {};
    if (faults.has("wrong-types") && parsed !== null && !Array.isArray(parsed) && typeof parsed === "object")
      return { ResourceAddress: String(ResourceAddress), EndpointUri: String(EndpointUri) };
    if (typeof ResourceAddress !== "string" || ResourceAddress === "" || typeof EndpointUri !== "string")
      return undefined;
    const uri = faults.has("untrimmed") ? EndpointUri : EndpointUri.trim();
    const isKept = uri !== "" && (faults.has("uri-unchecked") || URL.canParse(uri, "http://localhost"));
    return isKept ? { ResourceAddress, EndpointUri: uri } : undefined;
  } catch {
    return undefined;
  }
}

function meantBy(address: string, faults: ReadonlySet<Fault>): readonly Resource[] {
  const here = faults.has("no-wildcards") ? address : address.replace(/^\/cluster\/node\/\./, node);
  const isIn = (path: string): boolean => (faults.has("no-wildcards") ? path === here : path.startsWith(here));
  const found = resources.filter(({ path }) => isIn(`${node}${path}`) && here.startsWith(node));
  if (found.length === 0 && faults.has("any-resource")) return [lockState];
  if (found.length > 0 || !faults.has("any-node")) return found;
  return resources.filter(({ path }) => address.includes(path));
}

function one({ faults, subscriptions }: State, method: string, id: string): Reply {
  const found = subscriptions.get(id);
  if (found === undefined) return [faults.has("delete-twice") && method === "DELETE" ? 204 : 404];
  if (method === "GET") return [200, JSON.stringify(faults.has("other-document") ? { ...found, x: 1 } : found), json];
  if (method !== "DELETE") return [405];
  subscriptions.delete(id);
  return [204];
}

function current(state: State, address: string): Reply {
  const { faults, subscriptions } = state;
  const resource = resources.find(({ path }) => address === `${node}${path}`);
  if (resource === undefined) return [404];
  if (resource.path !== lockState.path)
    return faults.has("placeholder-state") ? [200, eventOf(state, resource), json] : [404];
  const isSubscribed = [...subscriptions.values()].some((each) => each.ResourceAddress === address);
  if (faults.has("state-needs-subscription") && !isSubscribed) return [404];
  const event: { time: string; data: { values: { ResourceAddress: string }[] } } = JSON.parse(eventOf(state, resource));
  event.time = wireTime(faults.has("time-of-question") ? new Date(Date.now() + Math.random() * 1e6) : state.changedAt);
  const [first] = event.data.values;
  if (faults.has("other-pull-shape") && first !== undefined) first.ResourceAddress = `${node}/other/master`;
  if (faults.has("stale-state")) return [200, JSON.stringify(event).replace(/LOCKED|FREERUN/, "LOCKED"), json];
  return [200, JSON.stringify(event), json];
}

function change(state: State, clock: string): void {
  if (clock === state.clock && !state.faults.has("tells-repeats")) return;
  state.clock = clock;
  state.changedAt = new Date();
  const event = eventOf(state, lockState);
  for (const { ResourceAddress, EndpointUri } of state.subscriptions.values()) {
    const meant = meantBy(ResourceAddress, state.faults).includes(lockState) || state.faults.has("tells-everybody");
    const own = state.faults.has("own-ids") ? eventOf(state, lockState) : event;
    if (meant) enqueue(state, EndpointUri, own);
  }
}

function enqueue(state: State, endpointUri: string, event: string): void {
  const { faults, queues } = state;
  const key = faults.has("one-queue") ? "" : endpointUri;
  const before = queues.get(key) ?? Promise.resolve();
  const deliver = async (): Promise<void> => {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      if (await post(state, endpointUri, event)) return;
      if (faults.has("unsubscribes"))
        for (const [id, each] of state.subscriptions)
          if (each.EndpointUri === endpointUri) state.subscriptions.delete(id);
      if (faults.has("no-retry") || state.closing.signal.aborted) return;
      await sleep(50);
    }
  };
  const late = faults.has("reorders") ? sleep(state.clock === "LOCKED" ? 0 : 50).then(deliver) : before.then(deliver);
  queues.set(key, faults.has("reorders") ? Promise.all([before, late]).then(() => undefined) : late);
}

async function post({ faults, closing }: State, uri: string, body: string): Promise<boolean> {
  try {
    const response = await fetch(uri, {
      method: "POST",
      body,
      headers: { "content-type": faults.has("cloudevents-type") ? "application/cloudevents+json" : "application/json" },
      redirect: faults.has("follows-redirects") ? "follow" : "manual",
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout(faults.has("patient") ? 3_500 : 2_000)]),
    });
    await response.arrayBuffer();
    return response.status === 204 || (faults.has("any-2xx") && response.ok);
  } catch {
    return false;
  }
}

function eventOf({ clock, faults }: State, { path, type, states, hasMetric }: Resource): string {
  const isLock = path === lockState.path;
  const ResourceAddress = `${node}/${isLock ? "ens1fx/master" : "ptp-not-set"}`;
  const metric = {
    ResourceAddress,
    data_type: "metric",
    value_type: "decimal64.3",
    value: faults.has("numbers") ? 5 : "5",
  };
  const values = [
    ...(states.length > 0
      ? [{ ResourceAddress, data_type: "notification", value_type: "enumeration", value: isLock ? clock : "FREERUN" }]
      : []),
    ...(hasMetric ? [metric] : []),
  ];
  const source = faults.has("full-source") ? `${node}${path}` : path;
  const time = faults.has("local-time") ? new Date().toString() : wireTime(new Date());
  const id = faults.has("same-event-id") ? "3f1f3c5e-0c5f-4f5e-9d3b-0a4f8a5e6b7c" : randomUUID();
  const envelope = { specversion: "1.0", id, source, type, time, data: { version: "1.0", values } };
  return JSON.stringify(faults.has("extra-key") ? { ...envelope, datacontenttype: "application/json" } : envelope);
}

function wireTime(date: Date): string {
  return date.toISOString().replace(/\.?0*Z$/, "Z");
}
