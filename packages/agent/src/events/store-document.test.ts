import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { readStoreDocument, storeDocument } from "./store-document.ts";
import { clientIdOf, type Subscription } from "./subscription.ts";

const shared = new URL("../../../../../shared/data/events/", import.meta.url);
const endpointUri = "http://127.0.0.1:18080/event";

test("clientIdOf: the version 3 UUID of the URL, as in existing stores", () => {
  assert.equal(clientIdOf(endpointUri), "f8cc9ed6-a418-3e01-b59b-d7da43b22a5f");
});

test("storeDocument: what is stored is read again", () => {
  const subscription = fc.record({
    id: fc.uuid(),
    resourceAddress: fc.stringMatching(/^\/[!-~]{1,40}$/),
    withDetails: fc.boolean(),
    owner: fc.constantFrom("address 10.0.0.1", "subject a"),
  });
  fc.assert(
    fc.property(fc.uniqueArray(subscription, { selector: ({ id }) => id }), (given) => {
      const subscriptions: Subscription[] = given.map((each) => ({ ...each, endpointUri }));
      assert.deepEqual(readStoreDocument(storeDocument(endpointUri, subscriptions, "http://x")), subscriptions);
    }),
  );
});

test("readStoreDocument: a file of the existing producer", (t) => {
  const file = new URL("captures/store-f8cc9ed6-a418-3e01-b59b-d7da43b22a5f.json", shared);
  if (!existsSync(file)) return t.skip("no ../shared/data beside this checkout");
  const subscriptions = readStoreDocument(readFileSync(file, "utf8"));
  assert.equal(subscriptions.length, 7);
  assert.ok(subscriptions.every((each) => each.endpointUri === endpointUri && !each.withDetails));
  // Written by us it is the same document, but for the order of keys.
  const base =
    "http://ptp-event-publisher-service-node1.openshift-ptp.svc.cluster.local:9043/api/ocloudNotifications/v2";
  assert.deepEqual(JSON.parse(storeDocument(endpointUri, subscriptions, base)), JSON.parse(readFileSync(file, "utf8")));
});

test("readStoreDocument: an old ConfigMap, its names in another case", (t) => {
  const file = new URL("testdata/store-legacy-configmap.json", shared);
  if (!existsSync(file)) return t.skip("no ../shared/data beside this checkout");
  const text = readFileSync(file, "utf8");
  const expected: Subscription = {
    id: "32659c8d-5a81-3522-b2e0-256675e341d1",
    resourceAddress: "/cluster/node/n1.example.com/sync/ptp-status/lock-state",
    endpointUri: "http://event-consumer-external3:27017",
    withDetails: false,
  };
  assert.deepEqual(readStoreDocument(text), [expected]);
  // In a ConfigMap itself each value is text.
  const asText = Object.entries(JSON.parse(text) as object).map(([key, value]) => [key, JSON.stringify(value)]);
  assert.deepEqual(readStoreDocument(JSON.stringify(Object.fromEntries(asText))), [expected]);
});

test("readStoreDocument: other files of the folder hold no subscriptions, and nothing throws", () => {
  for (const text of [
    "",
    "null",
    "[]",
    "7",
    '{"store":{}}',
    '{"subStore":null}',
    '{"timestamp":1,"portRoles":{}}',
    "{",
  ]) {
    assert.deepEqual(readStoreDocument(text), [], text);
  }
  fc.assert(fc.property(fc.jsonValue(), (value) => void readStoreDocument(JSON.stringify(value))));
});
