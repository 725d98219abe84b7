/** What an order needs to know of a process. */
export interface Dependent {
  readonly key: string;
  readonly dependsOn: readonly string[];
}

/**
 * Items in the given order, except that one waits for what it depends on. Keys of items that are not there are ignored;
 * within a cycle the given order holds.
 */
export function dependencyOrder<T extends Dependent>(items: readonly T[]): readonly T[] {
  const waiting = [...items];
  const waitingKeys = new Set(items.map(({ key }) => key));
  const ordered: T[] = [];
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ dependsOn }) => !dependsOn.some((key) => waitingKeys.has(key)));
    const [next] = waiting.splice(Math.max(ready, 0), 1);
    if (next === undefined) break;
    waitingKeys.delete(next.key);
    ordered.push(next);
  }
  return ordered;
}
