import { createBinaryHeap, type BinaryHeap } from "./binary-heap.ts";

/** Priority of keys that come from the first listing: what changes now overtakes them. */
export const lowPriority = -100;

/** A key that is handed to a worker. */
export interface TakenKey {
  readonly key: string;
  /** To put it back with the priority it had. */
  readonly priority: number;
  /** Time from when it could first have been taken. */
  readonly waitedMs: number;
}

/** When and how urgently a key is wanted. */
export interface QueueEntry {
  readonly atMs: number;
  readonly priority: number;
}

interface Item {
  readonly key: string;
  readonly order: number;
  readonly priority: number;
  readonly atMs: number;
}

/**
 * The keys of a work queue, with time as a parameter. A key is in it once; added again it takes the higher priority and
 * the earlier time. A key that is taken is not handed out again before `done`, though it may be added meanwhile.
 */
export class QueueState {
  readonly #items = new Map<string, Item>();
  readonly #taken = new Set<string>();
  readonly #ready: BinaryHeap<Item> = createBinaryHeap(isMoreUrgent);
  #later: BinaryHeap<Item> = createBinaryHeap(isEarlier);
  #order = 0;

  /** Keys that wait, whether their time has come or not. */
  get size(): number {
    return this.#items.size;
  }

  /** Keys that workers hold. */
  get taken(): number {
    return this.#taken.size;
  }

  /** Adds a key for a time; returns whether that changed anything. */
  add(key: string, { atMs, priority }: QueueEntry, nowMs: number): boolean {
    const known = this.#items.get(key);
    const merged = {
      key,
      order: known?.order ?? (this.#order += 1),
      priority: Math.max(priority, known?.priority ?? priority),
      atMs: Math.min(atMs, known?.atMs ?? atMs),
    };
    if (known !== undefined && merged.priority === known.priority && merged.atMs === known.atMs) return false;
    this.#items.set(key, merged);
    this.#enqueue(merged, nowMs);
    return true;
  }

  /** Hands out the most urgent key whose time has come and that no worker holds. */
  take(nowMs: number): TakenKey | undefined {
    this.#wake(nowMs);
    for (let item = this.#ready.pop(); item !== undefined; item = this.#ready.pop()) {
      // Heaps keep older versions of an item until they come up; `done` brings back what a worker held.
      if (this.#items.get(item.key) !== item || this.#taken.has(item.key)) continue;
      this.#items.delete(item.key);
      this.#taken.add(item.key);
      return { key: item.key, priority: item.priority, waitedMs: Math.max(0, nowMs - item.atMs) };
    }
    return undefined;
  }

  /** A worker gives a key back; if it was added meanwhile it can be taken again. */
  done(key: string, nowMs: number): void {
    this.#taken.delete(key);
    const item = this.#items.get(key);
    if (item !== undefined) this.#enqueue(item, nowMs);
  }

  /** When the next key's time comes; undefined if there is none that has to wait for its time. */
  nextAtMs(): number | undefined {
    for (let item = this.#later.peek(); item !== undefined; item = this.#later.peek()) {
      if (this.#items.get(item.key) === item && !this.#taken.has(item.key)) return item.atMs;
      this.#later.pop();
    }
    return undefined;
  }

  /** Entries kept for times to come, old versions included: bounded by the number of keys. */
  get scheduled(): number {
    return this.#later.size;
  }

  /** Drops all keys that wait. */
  clear(): void {
    this.#items.clear();
  }

  #enqueue(item: Item, nowMs: number): void {
    if (this.#taken.has(item.key)) return;
    if (item.atMs <= nowMs) this.#ready.push(item);
    else this.#later.push(item);
    if (this.#later.size > 2 * this.#items.size + 64) this.#forgetOldVersions(nowMs);
  }

  /** A key that is often brought forward leaves its later times behind: their number must not grow with the changes. */
  #forgetOldVersions(nowMs: number): void {
    this.#later = createBinaryHeap(isEarlier);
    for (const item of this.#items.values()) {
      if (item.atMs > nowMs && !this.#taken.has(item.key)) this.#later.push(item);
    }
  }

  #wake(nowMs: number): void {
    for (let at = this.nextAtMs(); at !== undefined && at <= nowMs; at = this.nextAtMs()) {
      const item = this.#later.pop();
      if (item !== undefined) this.#ready.push(item);
    }
  }
}

function isMoreUrgent(a: Item, b: Item): boolean {
  return a.priority > b.priority || (a.priority === b.priority && a.order < b.order);
}

function isEarlier(a: Item, b: Item): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
