import { messageOf } from "@ptp/kit";
import type { DeliveryListener } from "./deliverer.ts";
import type { EventServiceOptions } from "./event-service.ts";
import { shownEndpoint } from "./subscription.ts";

/** What is told of deliveries. */
export type ListenerOptions = Pick<EventServiceOptions, "book" | "store" | "metrics" | "nowMs" | "log">;

/** What deliveries mean for metrics, log and subscriptions. */
export function createDeliveryListener(options: ListenerOptions): DeliveryListener {
  const { metrics, nowMs, log } = options;
  return {
    onAttempt: ({ address }, isDelivered) => metrics.attempted(address, isDelivered),
    onDelivered: ({ bornMs }, wasRetried) => metrics.delivered(Math.max(0, nowMs() - bornMs) / 1_000, wasRetried),
    onRetry: () => metrics.retried(),
    onDrop: (endpointUri, events, reason) => {
      metrics.dropped(reason, events.length);
      log.info("events were given up", {
        endpoint: shownEndpoint(endpointUri),
        reason,
        count: events.length,
        first: events[0]?.id,
      });
    },
    onTrouble: (endpointUri, problem) =>
      log.warn("events do not reach a subscriber", { endpoint: shownEndpoint(endpointUri), problem }),
    onReached: (endpointUri) => log.info("events reach a subscriber again", { endpoint: shownEndpoint(endpointUri) }),
    onDead: (endpointUri, problem) => removeSubscriber(endpointUri, problem, options),
  };
}

function removeSubscriber(endpointUri: string, problem: string, { book, store, metrics, log }: ListenerOptions): void {
  const subscriptions = book.ofEndpoint(endpointUri);
  for (const { id } of subscriptions) book.remove(id);
  metrics.subscriberRemoved();
  log.warn("a subscriber is removed with its subscriptions: it could not be reached for too long", {
    endpoint: shownEndpoint(endpointUri),
    subscriptions: subscriptions.length,
    problem,
  });
  store
    .save(endpointUri, () => book.ofEndpoint(endpointUri))
    .catch((error: unknown) => log.error("a removal could not be stored", { error: messageOf(error) }));
}
