import assert from "node:assert/strict";
import { test } from "node:test";
import { apiRoot, createEventsApi, type ApiReply } from "./events-api.ts";
import type { EventService } from "./event-service.ts";
import { subscriptionInfo } from "./subscription.ts";
import { createSubscriptionBook } from "./subscription-book.ts";

const origin = "http://w1:9043";

/** An API with as many subscriptions, of whose service only deletion is used. */
function apiOf(count: number, unsubscribe: EventService["unsubscribe"] = () => Promise.resolve(true)) {
  const book = createSubscriptionBook("w1");
  for (let at = 0; at < count; at++) {
    const [id, endpointUri] = [`id-${at}`, `http://c/${at}`];
    book.add({ id, endpointUri, resourceAddress: "/cluster/node/w1/sync", withDetails: false });
  }
  const service = { unsubscribe } as EventService;
  const api = createEventsApi({ nodeName: "w1", service, book, origin, ownMutations: false });
  const call = (method: string): Promise<ApiReply> =>
    api({
      method,
      path: `${apiRoot}/subscriptions`,
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.alloc(0),
      caller: { address: "10.0.0.1" },
    });
  return { book, call };
}

test("createEventsApi: a list is the same text whether it is made whole or in pieces", async () => {
  for (const count of [0, 1, 64, 65, 128, 1_000]) {
    const { book, call } = apiOf(count);
    const { body, pieces = [] } = await call("GET");
    const infos = book.list().map((each) => subscriptionInfo(each, `${origin}${apiRoot}`));
    assert.equal(body ?? [...pieces].join(""), JSON.stringify(infos, undefined, 1), String(count));
    assert.equal(body === undefined, count > 64);
  }
});

test("createEventsApi: all are deleted, many at a time, and one that cannot be keeps no other", async () => {
  let [underWay, most] = [0, 0];
  const deleted: string[] = [];
  const { call } = apiOf(1_000, async (id) => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    if (id === "id-7") throw new Error("no room");
    deleted.push(id);
    return true;
  });
  await assert.rejects(call("DELETE"), /no room/);
  assert.deepEqual([deleted.length, most], [999, 32]);
});
