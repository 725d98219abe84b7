import type { ClusterDocument } from "@ptp/api";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { ObjectKey, StatusKey } from "../object-key.ts";
import type { Store, StoreState } from "../store.ts";

/** A store under test with the means to change what is behind it. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Creates or replaces an object at the source. */
  readonly apply: (document: ClusterDocument) => Promise<void>;
  readonly remove: (key: ObjectKey) => Promise<void>;
  /** Puts something at the source that breaks the schema of its kind, under this name; a source may refuse to take it. */
  readonly applyBroken: (name: string) => Promise<void>;
  /** Status of an object as others see it. */
  readonly readStatus: (key: StatusKey) => Promise<unknown>;
}

/** Starts a store over a source that holds these objects; stops it when the test ends. */
export type CreateStore = (t: TestContext, initial: readonly ClusterDocument[]) => Promise<StoreUnderTest>;

const node = (name: string, labels: Record<string, string> = {}): ClusterDocument => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels },
});
const config = (name: string, profile = "p"): ClusterDocument => ({
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name, namespace: "openshift-ptp" },
  spec: { profile: [{ name: profile }], recommend: [] },
});
const configKey = (name: string) => ({ kind: "PtpConfig", namespace: "openshift-ptp", name }) as const;

/** Waits until the state is as wanted; the test's own time limit ends a wait in vain. */
export async function until(store: Store, holds: (state: StoreState) => boolean): Promise<StoreState> {
  while (!store.synced() || !holds(store.state())) await setTimeout(5);
  return store.state();
}

const nodeNames = ({ snapshot }: StoreState) => snapshot.nodes.map(({ metadata }) => metadata.name).sort();

/** What every store must do, whatever is behind it. */
export function storeContract(title: string, create: CreateStore): void {
  const options = { timeout: 60_000 };

  test(`${title}: what is there at start is in the first state`, options, async (t) => {
    const { store } = await create(t, [node("a"), node("b"), config("c")]);
    const state = await until(store, () => true);
    assert.deepEqual(nodeNames(state), ["a", "b"]);
    assert.equal(state.snapshot.ptpConfigs.length, 1);
    assert.deepEqual(state.problems, []);
  });

  test(`${title}: additions, changes and removals arrive and are announced`, options, async (t) => {
    const { store, apply, remove } = await create(t, [node("a")]);
    await until(store, () => true);
    const announced: number[] = [];
    store.subscribe(() => void announced.push(store.state().snapshot.nodes.length));
    await apply(node("b"));
    await until(store, (state) => state.snapshot.nodes.length === 2);
    await apply(node("b", { role: "x" }));
    await until(store, ({ snapshot }) => snapshot.nodes.some(({ metadata }) => metadata.labels?.["role"] === "x"));
    await remove({ kind: "Node", namespace: "", name: "a" });
    const state = await until(store, ({ snapshot }) => snapshot.nodes.length === 1);
    assert.deepEqual(nodeNames(state), ["b"]);
    assert.deepEqual(announced, [2, 2, 1]);
  });

  test(`${title}: a listener that unsubscribed is not called`, options, async (t) => {
    const { store, apply } = await create(t, [node("a")]);
    await until(store, () => true);
    const calls: string[] = [];
    const unsubscribe = store.subscribe(() => void calls.push("first"));
    store.subscribe(() => void calls.push("second"));
    unsubscribe();
    await apply(node("b"));
    await until(store, (state) => state.snapshot.nodes.length === 2);
    assert.deepEqual(calls, ["second"]);
  });

  test(`${title}: what did not change stays the same value`, options, async (t) => {
    const { store, apply } = await create(t, [config("a"), config("b")]);
    const before = await until(store, () => true);
    assert.equal(store.state(), before);
    await apply(config("b", "other"));
    const after = await until(store, (state) => state !== before);
    const value = (state: StoreState, name: string) => state.objects.get(`PtpConfig/openshift-ptp/${name}`);
    assert.equal(value(after, "a"), value(before, "a"));
    assert.notEqual(value(after, "b"), value(before, "b"));
  });

  test(`${title}: the generation counts changes of content only`, options, async (t) => {
    const { store, apply } = await create(t, [config("a")]);
    const generation = (state: StoreState) =>
      state.objects.get("PtpConfig/openshift-ptp/a")?.metadata.generation ?? Number.NaN;
    const first = generation(await until(store, () => true));
    const plain = config("a");
    await apply({ ...plain, metadata: { ...plain.metadata, labels: { touched: "yes" } } });
    const labelled = await until(store, (state) => {
      const object = state.objects.get("PtpConfig/openshift-ptp/a");
      return object?.metadata.labels?.["touched"] === "yes";
    });
    assert.equal(generation(labelled), first);
    await apply(config("a", "q"));
    await until(store, (state) => generation(state) === first + 1);
  });

  test(`${title}: a broken object costs only itself`, options, async (t) => {
    const { store, apply, applyBroken } = await create(t, [config("a"), config("b")]);
    await until(store, () => true);
    await applyBroken("a").catch(() => {});
    await apply(config("c"));
    const state = await until(store, ({ objects }) => objects.has("PtpConfig/openshift-ptp/c"));
    assert.deepEqual([...state.objects.keys()].sort(), [
      "PtpConfig/openshift-ptp/a",
      "PtpConfig/openshift-ptp/b",
      "PtpConfig/openshift-ptp/c",
    ]);
  });

  test(`${title}: a status is written, told, and removed`, options, async (t) => {
    const { store, readStatus } = await create(t, [config("a")]);
    await until(store, () => true);
    assert.equal(store.statusOf(configKey("a")), undefined);
    await store.writeStatus(configKey("a"), { observedGeneration: 1, matchList: [] });
    assert.deepEqual(await readStatus(configKey("a")), { observedGeneration: 1, matchList: [] });
    assert.deepEqual(store.statusOf(configKey("a")), { observedGeneration: 1, matchList: [] });
    assert.deepEqual(store.statusKeys(), [configKey("a")]);
    await store.writeStatus(configKey("a"), undefined);
    assert.equal(await readStatus(configKey("a")), undefined);
    assert.deepEqual(store.statusKeys(), []);
  });

  test(`${title}: writing a status changes no state`, options, async (t) => {
    const { store } = await create(t, [config("a")]);
    const before = await until(store, () => true);
    await store.writeStatus(configKey("a"), { observedGeneration: 1 });
    await setTimeout(150);
    assert.equal(store.state(), before);
  });
}
