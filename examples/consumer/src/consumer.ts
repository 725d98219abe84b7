import { setTimeout as sleep } from "node:timers/promises";
import { openEventServer } from "./event-server.ts";
import type { ConsumerOptions } from "./options.ts";
import { createProducerApi } from "./producer-api.ts";
import { saysNothing, type PtpEvent, type PtpValue } from "./ptp-event.ts";
import { createStateTable } from "./state-table.ts";
import { createSubscriber } from "./subscriber.ts";

/** Between two tries while something is missing; at most. */
const retryMs = 5_000;

/**
 * Runs until `signal` aborts. What `onState` does is where an application begins: it gets what is new.
 *
 * @throws where the port is taken.
 */
export async function runConsumer(
  options: ConsumerOptions,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  const { nodeName, resources, endpoint } = options;
  const table = createStateTable();
  const onState = (event: PtpEvent, values: readonly PtpValue[]): void => {
    if (saysNothing(event)) return log(`${event.source}: this node has none now`);
    for (const { address, value } of values) log(`${event.source}: ${address} is ${value} since ${event.time}`);
  };
  const server = await openEventServer(options.port, (event) => onState(event, table.push(event)));
  log(`events are taken on port ${server.port}`);
  const api = createProducerApi(options.producer, options.tokenFile);
  const onVerify = async (pull: () => Promise<readonly PtpEvent[]>): Promise<void> => {
    const take = table.startPull();
    for (const event of await pull()) onState(event, take(event));
  };
  const subscriber = createSubscriber({ api, nodeName, resources, endpoint, onVerify, log });
  try {
    while (!signal.aborted) {
      const isComplete = await subscriber.check();
      const pauseMs = isComplete ? options.checkMs : Math.min(retryMs, options.checkMs);
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    if (!options.keep) await subscriber.leave().catch(() => log("the producer is away: subscriptions are left there"));
  } finally {
    await server.close();
  }
}
