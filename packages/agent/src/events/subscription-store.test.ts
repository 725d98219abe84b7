import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { silentLogger } from "@ptp/kit";
import { storeDocument } from "./store-document.ts";
import { clientIdOf, type Subscription } from "./subscription.ts";
import { createSubscriptionStore } from "./subscription-store.ts";

const endpointUri = "http://consumer/event";
const ownFile = `${clientIdOf(endpointUri)}.json`;

const subscription = (id: string): Subscription => ({
  id,
  resourceAddress: `/cluster/node/w1/sync/${id}`,
  endpointUri,
  withDetails: false,
});

async function storeIn(t: TestContext, files: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "subscription-store-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return { folder, open: () => createSubscriptionStore(folder, "http://x", silentLogger) };
}

const idsOf = (subscriptions: readonly Subscription[]) => subscriptions.map(({ id }) => id).toSorted();

test("createSubscriptionStore: what is saved is loaded, and no file is left of an endpoint without any", async (t) => {
  const { folder, open } = await storeIn(t);
  const store = open();
  assert.deepEqual(await store.load(), []);
  await store.save(endpointUri, () => [subscription("a"), subscription("b")]);
  assert.deepEqual(idsOf(await open().load()), ["a", "b"]);
  await store.save(endpointUri, () => []);
  assert.deepEqual(await readdir(folder), []);
});

test("createSubscriptionStore: what a kill left of a write goes at the next start", async (t) => {
  const { folder, open } = await storeIn(t, { ".0123456789ab.tmp": "{", "notes.tmp": "", ".hidden": "" });
  await open().load();
  assert.deepEqual((await readdir(folder)).toSorted(), [".hidden", "notes.tmp"]);
});

test("createSubscriptionStore: who is deleted does not come back from a file of another name", async (t) => {
  const client = storeDocument(endpointUri, [subscription("a"), subscription("b")], "http://x");
  const { folder, open } = await storeIn(t, { "configmap.json": JSON.stringify({ x: client }), "pub.json": "[]" });
  const store = open();
  assert.deepEqual(idsOf(await store.load()), ["a", "b"]);
  await store.save(endpointUri, () => [subscription("b")]);
  assert.deepEqual(idsOf(await open().load()), ["b"]);
  await store.save(endpointUri, () => []);
  assert.deepEqual(await open().load(), []);
  // The file itself is kept, under a name that is not read.
  assert.deepEqual((await readdir(folder)).toSorted(), ["configmap.json.taken", "pub.json"]);
});

test("createSubscriptionStore: what a file of another name adds is in the endpoint's own one before that goes", async (t) => {
  const { folder, open } = await storeIn(t, {
    [ownFile]: storeDocument(endpointUri, [subscription("a")], "http://x"),
    "other.json": storeDocument(endpointUri, [subscription("b")], "http://x"),
  });
  assert.deepEqual(idsOf(await open().load()), ["a", "b"]);
  assert.deepEqual((await readdir(folder)).toSorted(), [ownFile, "other.json.taken"].toSorted());
  assert.deepEqual(idsOf(await open().load()), ["a", "b"]);
});
