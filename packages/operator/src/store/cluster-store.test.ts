import type { AnyObject, ApiClient, ApiRequest } from "@ptp/cluster";
import { silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createClusterStore } from "./cluster-store.ts";

const namespace = "openshift-ptp";
const group = `/apis/ptp.openshift.io/v1/namespaces/${namespace}`;

/** What a test has the API server hold, by the path of its list, and the watches that are open. */
function fakeCluster(lists: Record<string, readonly AnyObject[]>) {
  const watches = new Map<string, (line: unknown) => void>();
  const deleted: string[] = [];
  const answer = async ({ method, path, query, body }: ApiRequest): Promise<unknown> => {
    if (method === "DELETE") deleted.push(path);
    if (method !== "GET") return { ...(body as AnyObject), ...written };
    const name = /^metadata\.name=(.*)$/.exec(String(query?.["fieldSelector"] ?? ""))?.[1];
    const items = (lists[path] ?? []).filter(({ metadata }) => name === undefined || metadata.name === name);
    return { metadata: { resourceVersion: "300" }, items };
  };
  let written: object = {};
  const client: ApiClient = {
    request: answer,
    stream: async function* ({ path, signal, opened }) {
      opened?.();
      const lines: unknown[] = [];
      let wake = Promise.withResolvers<void>();
      watches.set(path, (line) => {
        lines.push(line);
        wake.resolve();
      });
      signal?.addEventListener("abort", () => wake.resolve(), { once: true });
      for (;;) {
        yield* lines.splice(0);
        await wake.promise;
        if (signal?.aborted === true) return;
        wake = Promise.withResolvers();
      }
    },
    close: () => Promise.resolve(),
  };
  return {
    client,
    deleted,
    lists,
    /** The next write is answered with this version of the object. */
    answersWrite: (object: object) => void (written = object),
    tell: (path: string, line: unknown) => watches.get(path)?.(line),
  };
}

async function open(t: TestContext, cluster: ReturnType<typeof fakeCluster>) {
  const store = createClusterStore({
    client: cluster.client,
    log: silentLogger,
    operatorNamespace: namespace,
    profileNamespaces: [namespace],
    secretNamespaces: [namespace],
    settings: { initialBackoffMs: 1, maxBackoffMs: 5 },
  });
  await store.start(new AbortController().signal);
  t.after(() => store.stop());
  await until(() => store.synced());
  return store;
}

async function until(holds: () => boolean): Promise<void> {
  for (let count = 0; count < 3_000 && !holds(); count += 1) await delay(10);
  assert.ok(holds());
}

const managedFields = [{ manager: "ptp-operator", operation: "Apply", subresource: "status" }];
const ptpConfig = (resourceVersion: string, matched: number): AnyObject => ({
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name: "c", namespace, uid: "u", resourceVersion, managedFields },
  spec: { profile: [], recommend: [] },
  status: { matched },
});

test("a cluster that was set back to a backup gets the statuses anew that are in it no more", async (t) => {
  const path = `${group}/ptpconfigs`;
  const cluster = fakeCluster({ [path]: [ptpConfig("200", 1)] });
  const store = await open(t, cluster);
  const key = { kind: "PtpConfig", namespace, name: "c" } as const;
  cluster.answersWrite(ptpConfig("310", 2));
  await store.writeStatus(key, { matched: 2 });
  cluster.tell(path, { type: "MODIFIED", object: ptpConfig("310", 2) });
  assert.equal(store.holds(key, { matched: 2 }), true);
  cluster.lists[path] = [ptpConfig("150", 0)];
  cluster.tell(path, { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } });
  await until(() => store.statusOf(key)?.["matched"] === 0);
  assert.equal(store.holds(key, { matched: 2 }), false);
});

test("a node's object goes with its node, and not for a watch that has not told of the node", async (t) => {
  const path = `${group}/nodeptpdevices`;
  const device = (name: string): AnyObject => ({
    apiVersion: "ptp.openshift.io/v1",
    kind: "NodePtpDevice",
    metadata: { name, namespace, uid: name, resourceVersion: "200" },
  });
  const cluster = fakeCluster({ [path]: [device("gone"), device("new")] });
  const store = await open(t, cluster);
  cluster.lists["/api/v1/nodes"] = [{ apiVersion: "v1", kind: "Node", metadata: { name: "new" } }];
  for (const name of ["gone", "new"]) await store.remove({ kind: "NodePtpDevice", namespace, name });
  assert.deepEqual(cluster.deleted, [`${path}/gone`]);
});
