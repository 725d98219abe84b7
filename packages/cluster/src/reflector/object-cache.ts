import { AppError } from "@ptp/kit";
import { objectKey, type KubeObject } from "../objects/kube-object.ts";

/** What happened to one object. */
export interface Change<T extends KubeObject> {
  readonly type: "added" | "updated" | "deleted";
  readonly key: string;
  /** The newest version, of a deleted object the last one. */
  readonly object: T;
  readonly previous?: T;
}

/** Values under which an object is found beside its key. */
export type Indexer<T> = (object: T) => readonly string[];

/** Objects by key and by index. The same version of an object is always the same value. */
export interface ObjectReader<T extends KubeObject> {
  readonly size: number;
  /** `namespace/name`, or `name` of cluster-scoped kinds. */
  get(key: string): T | undefined;
  values(): IterableIterator<T>;
  inNamespace(namespace: string): readonly T[];
  /** @throws AppError bug, if there is no such index. */
  byIndex(index: string, value: string): readonly T[];
}

/** A cache that is written by one reflector. Each method returns what it changed. */
export interface ObjectCache<T extends KubeObject> extends ObjectReader<T> {
  put(object: T): readonly Change<T>[];
  remove(key: string): readonly Change<T>[];
  /** These objects and no others. */
  replace(objects: readonly T[]): readonly Change<T>[];
}

const namespaceIndex = "namespace";

/** Creates an empty cache with an index by namespace and those given. */
export function createObjectCache<T extends KubeObject>(
  indexers: Readonly<Record<string, Indexer<T>>> = {},
): ObjectCache<T> {
  return new IndexedObjects({ ...indexers, [namespaceIndex]: ({ metadata }) => [metadata.namespace ?? ""] });
}

class IndexedObjects<T extends KubeObject> implements ObjectCache<T> {
  readonly #objects = new Map<string, T>();
  readonly #indexers: ReadonlyMap<string, Indexer<T>>;
  readonly #indexes: ReadonlyMap<string, Map<string, Set<string>>>;

  constructor(indexers: Readonly<Record<string, Indexer<T>>>) {
    this.#indexers = new Map(Object.entries(indexers));
    this.#indexes = new Map([...this.#indexers.keys()].map((name) => [name, new Map()]));
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  inNamespace(namespace: string): readonly T[] {
    return this.byIndex(namespaceIndex, namespace);
  }

  byIndex(index: string, value: string): readonly T[] {
    const keysByValue = this.#indexes.get(index);
    if (keysByValue === undefined) throw new AppError("bug", `there is no index ${index}`);
    const found: T[] = [];
    for (const key of keysByValue.get(value) ?? []) {
      const object = this.#objects.get(key);
      if (object !== undefined) found.push(object);
    }
    return found;
  }

  put(object: T): readonly Change<T>[] {
    const key = objectKey(object);
    const previous = this.#objects.get(key);
    if (previous !== undefined && isSameVersion(previous, object)) return [];
    if (previous === undefined) {
      this.#set(key, object);
      return [{ type: "added", key, object }];
    }
    const isAnother = previous.metadata.uid !== object.metadata.uid;
    const removal = isAnother ? this.remove(key) : [];
    this.#unindex(key, previous);
    this.#set(key, object);
    if (isAnother) return [...removal, { type: "added", key, object }];
    return [{ type: "updated", key, object, previous }];
  }

  remove(key: string): readonly Change<T>[] {
    const object = this.#objects.get(key);
    if (object === undefined) return [];
    this.#objects.delete(key);
    this.#unindex(key, object);
    return [{ type: "deleted", key, object }];
  }

  replace(objects: readonly T[]): readonly Change<T>[] {
    const wanted = new Set(objects.map(objectKey));
    const gone = [...this.#objects.keys()].filter((key) => !wanted.has(key));
    return [...gone.flatMap((key) => this.remove(key)), ...objects.flatMap((object) => this.put(object))];
  }

  #set(key: string, object: T): void {
    this.#objects.set(key, object);
    for (const [name, keysByValue] of this.#indexes) {
      for (const value of this.#indexers.get(name)?.(object) ?? []) {
        const keys = keysByValue.get(value);
        if (keys === undefined) keysByValue.set(value, new Set([key]));
        else keys.add(key);
      }
    }
  }

  #unindex(key: string, object: T): void {
    for (const [name, keysByValue] of this.#indexes) {
      for (const value of this.#indexers.get(name)?.(object) ?? []) {
        const keys = keysByValue.get(value);
        keys?.delete(key);
        if (keys?.size === 0) keysByValue.delete(value);
      }
    }
  }
}

/** Whether two values are the same version of the same object. */
export function isSameVersion(a: KubeObject, b: KubeObject): boolean {
  const version = a.metadata.resourceVersion;
  return version !== undefined && version === b.metadata.resourceVersion && a.metadata.uid === b.metadata.uid;
}
