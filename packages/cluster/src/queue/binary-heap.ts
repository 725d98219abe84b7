/** A heap: the first of its items is found at once, an item is added or taken in logarithmic time. */
export interface BinaryHeap<T> {
  readonly size: number;
  peek(): T | undefined;
  pop(): T | undefined;
  push(item: T): void;
}

/** Creates a heap whose first item is before all others. */
export function createBinaryHeap<T>(isBefore: (a: T, b: T) => boolean): BinaryHeap<T> {
  const items: T[] = [];
  return {
    get size() {
      return items.length;
    },
    peek: () => items[0],
    push: (item) => {
      items.push(item);
      rise(items, isBefore);
    },
    pop: () => {
      const first = items[0];
      const last = items.pop();
      if (items.length > 0 && last !== undefined) {
        items[0] = last;
        sink(items, isBefore);
      }
      return first;
    },
  };
}

function rise<T>(items: T[], isBefore: (a: T, b: T) => boolean): void {
  let at = items.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!swapIfBefore(items, at, parent, isBefore)) return;
    at = parent;
  }
}

function sink<T>(items: T[], isBefore: (a: T, b: T) => boolean): void {
  for (let at = 0; ;) {
    const left = 2 * at + 1;
    if (left >= items.length) return;
    const right = left + 1;
    const [a, b] = [items[left] as T, items[right] as T];
    const child = right < items.length && isBefore(b, a) ? right : left;
    if (!swapIfBefore(items, child, at, isBefore)) return;
    at = child;
  }
}

/** Puts the item at `lower` above the one at `upper` if it is before it; both places exist. */
function swapIfBefore<T>(items: T[], lower: number, upper: number, isBefore: (a: T, b: T) => boolean): boolean {
  const [below, above] = [items[lower] as T, items[upper] as T];
  if (!isBefore(below, above)) return false;
  items[upper] = below;
  items[lower] = above;
  return true;
}
