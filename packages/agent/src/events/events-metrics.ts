import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { QueueDepth } from "./deliverer.ts";
import { nodeAddress } from "./event-document.ts";
import { resourceNames } from "./resources.ts";
import type { DropReason } from "./subscriber-queue.ts";

/** Counts what becomes of subscriptions and events. Labels are bounded: no endpoint is one. */
export interface EventsMetrics {
  published(source: string): void;
  /** An attempt to deliver an event of this address. */
  attempted(address: string, delivered: boolean): void;
  /** From the change to its 204. */
  delivered(seconds: number, wasRetried: boolean): void;
  retried(): void;
  dropped(reason: DropReason, count: number): void;
  subscriberRemoved(): void;
  failedToCreate(): void;
  failedToDelete(): void;
  feedRefused(): void;
}

/** What is read when metrics are asked for. */
export interface EventsGauges {
  readonly subscriptions: () => number;
  readonly depth: () => QueueDepth;
}

/** Registers the families; those with names `cne_` are the existing producer's, with its types and labels. */
export function createEventsMetrics(registry: Registry, nodeName: string, gauges: EventsGauges): EventsMetrics {
  const cne = createKnownMetrics(registry, gauges);
  const own = createOwnMetrics(registry, gauges);
  for (const { path } of resourceNames) {
    for (const status of ["success", "failed"])
      cne.received.set({ type: `${nodeAddress(nodeName)}${path}`, status }, 0);
    cne.published.set({ address: path, status: "success" }, 0);
  }
  return {
    published: (address) => cne.published.inc({ address, status: "success" }),
    attempted: (type, delivered) => cne.received.inc({ type, status: delivered ? "success" : "failed" }),
    delivered: (seconds, wasRetried) => own.latency.observe({ class: wasRetried ? "retried" : "first" }, seconds),
    retried: () => own.retries.inc(),
    dropped: (reason, count) => own.drops.inc({ reason }, count),
    subscriberRemoved: () => own.removals.inc(),
    failedToCreate: () => cne.subscriptions.inc({ status: "failed to create" }),
    failedToDelete: () => cne.subscriptions.inc({ status: "failed to delete" }),
    feedRefused: () => own.feedRefusals.inc(),
  };
}

function createKnownMetrics(registry: Registry, { subscriptions }: EventsGauges) {
  const registers = [registry];
  const status = ["status"];
  const publishers = new Gauge({
    name: "cne_api_publishers",
    help: "Resources whose events are published",
    labelNames: status,
    registers,
  });
  publishers.set({ status: "active" }, resourceNames.length);
  const counted: Gauge = new Gauge({
    name: "cne_api_subscriptions",
    help: "Subscriptions there are (active), and requests that failed",
    labelNames: status,
    registers,
    collect: () => counted.set({ status: "active" }, subscriptions()),
  });
  return {
    subscriptions: counted,
    published: new Gauge({
      name: "cne_api_events_published",
      help: "Events made, by source",
      labelNames: ["address", "status"],
      registers,
    }),
    received: new Gauge({
      name: "cne_events_received",
      help: "Attempts to deliver an event, by the address of its resource",
      labelNames: ["type", "status"],
      registers,
    }),
  };
}

function createOwnMetrics(registry: Registry, { depth }: EventsGauges) {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): void => {
    const made: Gauge = new Gauge({ name, help, registers, collect: () => made.set(read()) });
  };
  gauge("ptp_events_queue_waiting", "Events that wait for their subscribers", () => depth().waiting);
  gauge("ptp_events_queue_longest", "Events that wait for one subscriber, at most", () => depth().longest);
  gauge("ptp_events_subscribers_failing", "Subscribers whose last delivery failed", () => depth().failing);
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers });
  const drops = new Counter({
    name: "ptp_events_dropped_total",
    help: "Events given up for one subscriber",
    labelNames: ["reason"],
    registers,
  });
  const reasons: readonly DropReason[] = ["coalesced", "expired", "refused", "unsubscribed", "removed"];
  for (const reason of reasons) drops.inc({ reason }, 0);
  return {
    drops,
    latency: new Histogram({
      name: "ptp_events_delivery_seconds",
      help: "From a change to its delivery; class first: with the first attempt",
      labelNames: ["class"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300],
      registers,
    }),
    retries: counter("ptp_events_retries_total", "Deliveries tried again"),
    removals: counter("ptp_events_subscribers_removed_total", "Subscribers removed since they could not be reached"),
    feedRefusals: counter("ptp_events_feed_refused_total", "Lines of the feed that could not be used"),
  };
}
