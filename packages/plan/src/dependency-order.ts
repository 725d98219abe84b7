/** What an order needs to know of a process. */
export interface Dependent {
  readonly key: string;
  readonly dependsOn: readonly string[];
}

/**
 * Items with what they depend on before them, otherwise in the given order. Keys of items that are not there are
 * ignored; within a cycle the given order holds.
 */
export function dependencyOrder<T extends Dependent>(items: readonly T[]): readonly T[] {
  const itemByKey = new Map(items.map((item) => [item.key, item]));
  const visited = new Set<string>();
  const ordered: T[] = [];
  const visit = (item: T): void => {
    if (visited.has(item.key)) return;
    visited.add(item.key);
    for (const key of item.dependsOn) {
      const dependency = itemByKey.get(key);
      if (dependency !== undefined) visit(dependency);
    }
    ordered.push(item);
  };
  for (const item of items) visit(item);
  return ordered;
}
