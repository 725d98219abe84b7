import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { objectKey, type KubeObject } from "../objects/kube-object.ts";
import { createObjectCache, type Change } from "./object-cache.ts";

interface Labelled extends KubeObject {
  readonly role: string;
}
interface Given {
  readonly role?: string;
  readonly namespace?: string;
  readonly uid?: string;
}
const object = (name: string, version: string, { role = "", namespace = "n", uid = name }: Given = {}): Labelled => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { name, namespace, uid, resourceVersion: version },
  role,
});
const byRole = { role: ({ role }: Labelled) => (role === "" ? [] : [role]) };
const told = (changes: readonly Change<Labelled>[]) => changes.map(({ type, key }) => `${type} ${key}`);

test("object cache: a version that is there already changes nothing and keeps its value", () => {
  const cache = createObjectCache<Labelled>();
  const first = object("a", "1");
  assert.deepEqual(told(cache.put(first)), ["added n/a"]);
  assert.deepEqual(told(cache.put(object("a", "1"))), []);
  assert.equal(cache.get("n/a"), first);
  assert.deepEqual(told(cache.put(object("a", "2"))), ["updated n/a"]);
});

test("object cache: an object made anew under the same name was deleted in between", () => {
  const cache = createObjectCache<Labelled>();
  cache.put(object("a", "1", { uid: "uid-1" }));
  assert.deepEqual(told(cache.put(object("a", "5", { uid: "uid-2" }))), ["deleted n/a", "added n/a"]);
});

test("object cache: replace tells what went, what came and what changed", () => {
  const cache = createObjectCache<Labelled>();
  cache.replace([object("a", "1"), object("b", "1"), object("c", "1")]);
  const kept = cache.get("n/b");
  const changes = cache.replace([object("b", "1"), object("c", "2"), object("d", "1")]);
  assert.deepEqual(told(changes), ["deleted n/a", "updated n/c", "added n/d"]);
  assert.equal(cache.get("n/b"), kept);
});

test("object cache: an unknown index is a mistake of the program", () => {
  assert.throws(() => createObjectCache().byIndex("nope", "x"), { kind: "bug" });
});

test("object cache: indexes always say what a scan would", () => {
  const arbitrary = fc.record({
    name: fc.constantFrom("a", "b", "c"),
    namespace: fc.constantFrom("n", "m"),
    version: fc.nat(3).map(String),
    role: fc.constantFrom("", "x", "y"),
    uid: fc.constantFrom("1", "2"),
  });
  const toObject = (given: { name: string; version: string } & Given) => object(given.name, given.version, given);
  const step = fc.oneof(
    arbitrary.map((value) => ({ put: toObject(value) })),
    arbitrary.map((value) => ({ remove: objectKey(toObject(value)) })),
    fc
      .uniqueArray(arbitrary, { selector: ({ name, namespace }) => `${namespace}/${name}` })
      .map((values) => ({ replace: values.map(toObject) })),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const cache = createObjectCache(byRole);
      const followed = new Map<string, Labelled>();
      for (const one of steps) {
        const changes =
          "put" in one ? cache.put(one.put) : "remove" in one ? cache.remove(one.remove) : cache.replace(one.replace);
        for (const { type, key, object } of changes) {
          if (type === "deleted") followed.delete(key);
          else followed.set(key, object);
        }
        assert.deepEqual([...cache.values()].map(objectKey).sort(), [...followed.keys()].sort());
        for (const [key, value] of followed) assert.equal(cache.get(key), value);
        for (const role of ["x", "y"]) {
          const scan = [...cache.values()].filter((value) => value.role === role);
          assert.deepEqual(cache.byIndex("role", role).map(objectKey).sort(), scan.map(objectKey).sort());
        }
        const inNamespace = [...cache.values()].filter(({ metadata }) => metadata.namespace === "m");
        assert.deepEqual(cache.inNamespace("m").map(objectKey).sort(), inNamespace.map(objectKey).sort());
      }
    }),
  );
});
