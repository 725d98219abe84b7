import { promises as dns } from "node:dns";
import { networkInterfaces } from "node:os";
import {
  createHttpPart,
  createRegistry,
  createTrustRenewal,
  metricsRoute,
  type Logger,
  type Part,
  type TlsRenewal,
} from "@ptp/kit";
import type { Registry } from "prom-client";
import { createDeliverer, type Deliverer } from "./deliverer.ts";
import { createDeliveryListener } from "./delivery-listener.ts";
import { createEndpointGuard } from "./endpoint-guard.ts";
import { createEventBoard } from "./event-board.ts";
import { createEventService, type EventService } from "./event-service.ts";
import { apiRoot, createEventsApi } from "./events-api.ts";
import { createEventsMetrics, type EventsMetrics } from "./events-metrics.ts";
import type { DaemonLines, EventsOptions } from "./events-options.ts";
import { createEventsServer } from "./events-server.ts";
import type { AskToken } from "./answer-tokens.ts";
import type { FeedMessage } from "./feed-message.ts";
import { createFeedReader } from "./feed-reader.ts";
import { collectSamples } from "./legacy-socket/collect-samples.ts";
import { createLegacySocket, type LegacySocketOptions } from "./legacy-socket/legacy-socket.ts";
import { createMemoryGuard } from "./memory-guard.ts";
import { createEventPoster, type EventPoster } from "./post-event.ts";
import { createHostResolver } from "./resolve-host.ts";
import { createSamplesWriter } from "./samples-writer.ts";
import { defaultQueueLimits } from "./subscriber-queue.ts";
import { createSubscriptionBook } from "./subscription-book.ts";
import { createSubscriptionStore } from "./subscription-store.ts";
import { createTokenChannel } from "./token-channel.ts";
import { createTokenVerifier } from "./token-verifier.ts";

/** What a process gives its events part. */
export interface EventsInput {
  readonly options: EventsOptions;
  readonly log: Logger;
  /** Ends the process; why was logged. */
  readonly end: () => void;
}

/** Puts the events process together, its parts in start order; nothing happens before they are started. */
export function createEvents(input: EventsInput): readonly Part[] {
  const { options, log, end } = input;
  const registry = createRegistry();
  const channel = options.tokens && createTokenChannel(options.tokens.fd);
  const { service, metrics, delivery, server } = createServing(input, registry, channel?.ask);
  const { feedFd: fd, samplesFd, metricsBind } = options;
  const onMessage = (message: FeedMessage): void => service.take(message);
  const routes = { "GET /metrics": metricsRoute(registry) };
  return [
    createMemoryGuard(options.maxMemoryMb, end, log),
    ...(channel ? [channel] : []),
    delivery,
    server,
    options.daemonLines === undefined
      ? createFeedReader({ fd, onMessage, onRefused: () => metrics.feedRefused(), onEnd: end, log })
      : legacySocket(options.daemonLines, { nodeName: options.nodeName, onMessage, log }, registry),
    ...(samplesFd === undefined ? [] : [createSamplesWriter(samplesFd, registry)]),
    ...(metricsBind === undefined ? [] : [createHttpPart({ name: "metrics", ...metricsBind, routes, log })]),
  ];
}

function legacySocket(
  { socketPath: path, origin: daemonOrigin, ...folders }: DaemonLines,
  { nodeName, ...others }: Pick<LegacySocketOptions, "onMessage" | "log"> & { readonly nodeName: string },
  registry: Registry,
): Part {
  const socket = createLegacySocket({ path, daemonOrigin, places: { ...folders, nodeName }, ...others });
  collectSamples(registry, () => socket.samples());
  return socket;
}

/** What is served, without where its state comes from. */
interface Serving {
  readonly service: EventService;
  readonly metrics: EventsMetrics;
  readonly delivery: Part;
  readonly server: Part;
}

function createServing({ options, log }: EventsInput, registry: Registry, ask: AskToken | undefined): Serving {
  const { nodeName, apiPort: port, apiHost: host, tls, maxSubscriptions, ownMutations, isHostGiven } = options;
  const schemeByService = tls === undefined ? "http" : "https";
  const origin = `${schemeByService}://${options.transportHost}:${port}`;
  const book = createSubscriptionBook(nodeName);
  const store = createSubscriptionStore(options.storePath, `${origin}${apiRoot}`, log);
  const gauges = { subscriptions: () => book.size(), depth: () => deliverer.depth() };
  const metrics = createEventsMetrics(registry, nodeName, gauges);
  const trust = createConsumerTrust(options.consumerCaPath, log);
  const poster = createPoster(options, trust, nowMs);
  const { post } = poster;
  const listener = createDeliveryListener({ book, store, metrics, nowMs, log });
  const deliverer: Deliverer = createDeliverer({ limits: defaultQueueLimits, post, nowMs, later, listener });
  const board = createEventBoard();
  const kept = { board, book, store, deliverer };
  const service = createEventService({
    nodeName,
    maxSubscriptions,
    ...kept,
    post,
    metrics,
    nowMs,
    nowUnixMs: Date.now,
    log,
  });
  const byService = isHostGiven ? {} : ({ schemeByService } as const);
  const api = createEventsApi({ nodeName, service, book, origin, ...byService, ownMutations });
  const subjects = options.tokens?.subjects ?? [];
  const clocks = { nowUnixMs: Date.now, monotonicMs: nowMs };
  const tokens = ask && createTokenVerifier({ ask, subjects, ...clocks, log });
  const place = { port, ...(host !== undefined && { host }), ...(tls && { tls }), ...(tokens && { tokens }) };
  const server = createEventsServer({ ...place, api, log });
  return { service, metrics, delivery: deliveryPart(service, deliverer, { poster, trust }), server };
}

function nowMs(): number {
  return performance.now();
}

function later(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}

function createPoster(options: EventsOptions, trust: ConsumerTrust | undefined, nowMs: () => number): EventPoster {
  const ownPorts = [options.apiPort, ...options.ownPorts];
  const guard = createEndpointGuard({ ...options, ownPorts }, ownAddresses);
  const resolver = createHostResolver((name) => dns.lookup(name, { all: true }), guard, nowMs);
  return createEventPoster({ guard, resolver, ...(trust && { consumerCa: trust.pem }) });
}

/** By whom consumers with HTTPS are known; renewed as the certificates are. */
interface ConsumerTrust {
  readonly renewal: TlsRenewal;
  readonly pem: () => string;
}

function createConsumerTrust(path: string | undefined, log: Logger): ConsumerTrust | undefined {
  if (path === undefined) return undefined;
  let pem = "";
  return { renewal: createTrustRenewal(path, (text) => (pem = text), log), pem: () => pem };
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
}

function deliveryPart(
  service: EventService,
  deliverer: Deliverer,
  { poster, trust }: { readonly poster: EventPoster; readonly trust: ConsumerTrust | undefined },
): Part {
  return {
    name: "delivery",
    start: async () => {
      await trust?.renewal.start();
      await service.start();
    },
    stop: async () => {
      trust?.renewal.stop();
      deliverer.stop();
      poster.close();
    },
  };
}
