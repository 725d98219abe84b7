/** Most entries: interfaces, ports, programs or profiles of one config. */
const maxEntries = 64;

/** The map with this entry; a new one beyond the bound is left out, as lines choose the keys. */
export function putBounded<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return map.size >= maxEntries && !map.has(key) ? map : new Map([...map, [key, value]]);
}
