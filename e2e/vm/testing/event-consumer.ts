import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Flags of an agent that tells events to consumers of its own node. */
export const eventFlags: readonly string[] = ["--enable-event-publisher", "--event-allow-loopback"];

/** A value that was told. */
export interface ToldValue {
  /** When it came, in milliseconds of performance.now. */
  readonly atMs: number;
  readonly value: string;
}

/** Who has subscribed to states of the node. */
export interface EventConsumer {
  /** Waits for exactly these values of a resource: its first, when it was subscribed to, and those that came since. */
  told(resource: string, values: readonly string[], withinMs?: number): Promise<readonly ToldValue[]>;
  stop(): Promise<void>;
}

const apiPort = 9043;
const apiRoot = "/api/ocloudNotifications/v2";
const pollMs = 100;

/** Subscribes to resources of the node, such as `/sync/sync-status/os-clock-sync-state`, once it answers. */
export async function subscribe(resources: readonly string[]): Promise<EventConsumer> {
  const valuesBySource = new Map<string, ToldValue[]>(resources.map((each) => [each, []]));
  const server = createServer((incoming, response) => {
    let text = "";
    incoming.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    incoming.on("end", () => {
      const event = JSON.parse(text) as { source: string; data: { values: { value: string }[] } };
      valuesBySource.get(event.source)?.push({ atMs: performance.now(), value: event.data.values[0]?.value ?? "" });
      response.writeHead(204).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const EndpointUri = `http://127.0.0.1:${address.port}/event`;
  await answers("GET", "/health", 200);
  for (const resource of resources) {
    await answers("POST", "/subscriptions", 201, { ResourceAddress: `/cluster/node/*${resource}`, EndpointUri });
  }
  return {
    told: (resource, values, withinMs) => tells(valuesBySource.get(resource) ?? [], values, withinMs),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function tells(seen: readonly ToldValue[], values: readonly string[], withinMs = 60_000) {
  const endsAtMs = performance.now() + withinMs;
  while (seen.length < values.length && performance.now() < endsAtMs) await sleep(pollMs);
  assert.deepEqual(
    seen.map(({ value }) => value),
    values,
  );
  return seen;
}

/** Asks until the answer has this status; an events process that starts needs its time in an emulated machine. */
async function answers(method: string, path: string, wanted: number, body?: object): Promise<void> {
  const endsAtMs = performance.now() + 90_000;
  for (;;) {
    const status = await call(method, path, body);
    if (status === wanted) return;
    if (performance.now() > endsAtMs) assert.equal(status, wanted, `${method} ${path}`);
    await sleep(pollMs);
  }
}

/** The status of an answer; 0: nobody answers. */
function call(method: string, path: string, body?: object): Promise<number> {
  return new Promise((resolve) => {
    const sent = request({ host: "127.0.0.1", port: apiPort, method, path: `${apiRoot}${path}` }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.on("error", () => resolve(0));
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
